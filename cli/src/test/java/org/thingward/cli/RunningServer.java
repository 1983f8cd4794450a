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
    putDatabase(data);
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
   * The programs of PostgreSQL and a database in which nothing was stored yet, if the server's
   * tests have made them in this build: a first start takes seconds for it. {@code DemoTest} starts
   * without.
   */
  private static void putDatabase(Path data) {
    Path made = home().resolve("server/target/postgres-cache");
    Path database = data.resolve("database");
    if (Files.exists(database)) {
      return;
    }
    for (String part :
        List.of("postgres", "cluster/data", "cluster/role.password", "cluster/admin.password")) {
      if (Files.exists(made.resolve(part))) {
        copy(made.resolve(part), database);
      }
    }
  }

  private static void copy(Path from, Path into) {
    try {
      Files.createDirectories(into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerUnderFaults.run(List.of("cp", "-a", from.toString(), into.toString()));
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
