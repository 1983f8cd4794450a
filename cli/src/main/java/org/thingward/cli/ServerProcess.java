package org.thingward.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.thingward.device.ServerUnreachable;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.OperatorProblem;
import org.thingward.operator.ServerFolder;

/** The server as a child process; ends with this process. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START_WITHIN = Duration.ofSeconds(90);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
  private static final int UNAUTHORIZED = 401;
  private static final int LOG_LINES = 15;

  private final Process process;
  private final ServerFolder folder;
  private final Path log;
  private final Runnable afterwards;
  private final Thread endsWithUs;

  private ServerProcess(Process process, ServerFolder folder, Path log, Runnable afterwards) {
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.afterwards = afterwards;
    this.endsWithUs = new Thread(this::stop, "ends-the-server");
    Runtime.getRuntime().addShutdownHook(endsWithUs);
  }

  /**
   * Starts a server from the project's build.
   *
   * @param home the project's folder
   * @param data its data directory
   * @param flags further flags, e.g. {@code --mqtt-port 0}
   * @param afterwards what is to be done when the server has ended, however it ended
   * @throws Failed if the build is not there
   */
  static ServerProcess start(Path home, Path data, List<String> flags, Runnable afterwards) {
    Path jar = home.resolve("server/target/server-" + Thingward.VERSION + ".jar");
    if (!Files.exists(jar)) {
      throw new Failed("the server is not built: " + jar + " is missing. Run ./thingward demo");
    }
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.add("-Dthingward.home=" + home);
      command.addAll(startCache(home, jar));
      command.addAll(givenOptions());
      command.add("-cp");
      command.add(jar + File.pathSeparator + home.resolve("server/target/lib") + "/*");
      command.add("org.thingward.app.ThingwardServer");
      // A story told on this machine is for this machine alone.
      command.addAll(List.of("--data", data.toString(), "--listen", "127.0.0.1"));
      command.addAll(flags);
      Files.createDirectories(data);
      ServerFolder folder = new ServerFolder(data);
      folder.forgetEndpoints();
      Path log = data.resolve("server.log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .directory(home.toFile())
              .start();
      return new ServerProcess(process, folder, log, afterwards);
    } catch (IOException e) {
      throw new Failed("the server could not be started: " + e.getMessage(), e);
    }
  }

  /** The cache of loaded classes that the launcher makes after a build, if it is of this build. */
  private static List<String> startCache(Path home, Path jar) throws IOException {
    Path cache = home.resolve("server/target/server.aot");
    boolean fresh =
        Files.exists(cache)
            && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    return fresh ? List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off,cds=off") : List.of();
  }

  /** What a person gives every Java of ours, as the launcher reads it. */
  private static List<String> givenOptions() {
    String given = System.getenv().getOrDefault("THINGWARD_JAVA_OPTIONS", "").strip();
    return given.isEmpty() ? List.of() : List.of(given.split("\\s+"));
  }

  ServerFolder folder() {
    return folder;
  }

  Path log() {
    return log;
  }

  /**
   * Waits until operators are answered.
   *
   * @throws Failed with the end of its log, if it ends or takes longer than 90 s
   */
  void awaitReady(Tools tools) {
    boolean ready =
        Patience.untilTrue(START_WITHIN, () -> !process.isAlive() || answersOperators(tools));
    if (!process.isAlive()) {
      throw new Failed("the server ended while it started:\n" + endOfLog());
    }
    if (!ready) {
      throw new Failed("the server did not become ready within 90 s:\n" + endOfLog());
    }
  }

  private boolean answersOperators(Tools tools) {
    if (!folder.hasEndpoints()) {
      return false;
    }
    try (OperatorConnection connection =
        new OperatorConnection(folder.operators(), folder.operator(), tools.random())) {
      byte[] policy = new Operator(connection).policy();
      return policy.length > 0 && !connection.get("/devices", Map.of("limit", "1")).isMissingNode();
    } catch (OperatorProblem refused) {
      // It answers: once a passkey is registered, not to this certificate.
      return refused.status() == UNAUTHORIZED;
    } catch (ServerUnreachable notYet) {
      return false;
    }
  }

  /** What the server said of its parts and how long each took to start. */
  String startingLine() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.startsWith("  starting ")).findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(endsWithUs);
    } catch (IllegalStateException alreadyShuttingDown) {
      // Then the hook runs, and finds nothing left to do.
    }
  }

  /** Asks the server to stop, and its children with it; kills what does not. */
  private void stop() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    afterwards.run();
  }
}
