package org.thingward.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The real server of this build, as a process on free ports. */
record RunningServer(ServerProcess process, Path data) implements AutoCloseable {
  static final List<String> FREE_PORTS =
      List.of("--mqtt-port", "0", "--https-port", "0", "--operator-port", "0");

  static Path home() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  /**
   * Skips the test where only classes were compiled: the server runs from its jar. Nothing skips in
   * {@code ./thingward test}, which says that everything is built.
   */
  static void assumeBuilt() {
    for (String built :
        List.of("server/target/server-" + Thingward.VERSION + ".jar", "server/target/lib")) {
      assumeTrue(
          Boolean.getBoolean("thingward.complete") || Files.exists(home().resolve(built)),
          built + " is not built: run the tests with ./thingward test");
    }
  }

  static RunningServer start(Path data) {
    return start(home(), data);
  }

  /** The server of another build, laid out as this project's folder is. */
  static RunningServer start(Path build, Path data) {
    assumeBuilt();
    StartCaches.make();
    linkPostgres(data);
    ServerProcess process = ServerProcess.start(build, data, FREE_PORTS, () -> {});
    try {
      process.awaitReady(tools());
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
    return new RunningServer(process, data);
  }

  /**
   * The programs of PostgreSQL, if the server's tests have unpacked them in this build: a first
   * start takes seconds for it. {@code DemoTest} starts without.
   */
  private static void linkPostgres(Path data) {
    Path unpacked = home().resolve("server/target/postgres-cache/postgres");
    Path database = data.resolve("database");
    if (Files.exists(unpacked) && !Files.exists(database)) {
      try {
        Files.createDirectories(database);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ServerUnderFaults.run(List.of("cp", "-a", unpacked.toString(), database.toString()));
    }
  }

  private static Tools tools() {
    PrintStream out = System.out;
    return new Tools(
        new Terminal(out, out, 100, false, false), InstantSource.system(), new SecureRandom());
  }

  CommandLineRun cli(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--data";
    all[arguments.length + 1] = data.toString();
    return CommandLineRun.of(all);
  }

  @Override
  public void close() {
    process.close();
  }
}
