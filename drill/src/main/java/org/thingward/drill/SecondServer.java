package org.thingward.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;

/**
 * The program under attack once more, on data and free ports of its own: for attacks that need it
 * stopped, or its data changed. What runs under the first is not touched.
 */
final class SecondServer implements AutoCloseable {
  private static final String MAIN = "org.thingward.app.ThingwardServer";
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
  private static final long STEP_NANOS = 20_000_000;

  private final Target first;
  private final List<String> program;
  private final Path home;
  private final Path data;
  private final BareBroker broker;
  private final Thread endsWithUs = new Thread(this::stop, "ends-the-second-server");
  private Optional<Process> process = Optional.empty();

  private SecondServer(
      Target first, List<String> program, Path home, Path data, BareBroker broker) {
    this.first = first;
    this.program = List.copyOf(program);
    this.home = home;
    this.data = data;
    this.broker = broker;
  }

  /** One like the first, not started. */
  static SecondServer like(Target first) {
    Path process = Path.of("/proc", Long.toString(first.process().pid()));
    try {
      List<String> program = program(Files.readString(process.resolve("cmdline")));
      SecondServer server =
          new SecondServer(
              first,
              program,
              process.resolve("cwd").toRealPath(),
              Files.createTempDirectory("thingward-drill-"),
              BareBroker.open());
      Runtime.getRuntime().addShutdownHook(server.endsWithUs);
      return server;
    } catch (IOException e) {
      throw new DrillNotRun(
          "the server's program cannot be found from its process (run it as the server's user, on"
              + " its machine): "
              + e.getMessage(),
          e);
    }
  }

  /** How the process was started, without its settings. */
  private static List<String> program(String commandLine) {
    List<String> words = Arrays.asList(commandLine.split("\0"));
    int main = words.indexOf(MAIN);
    if (main < 0) {
      throw new DrillNotRun("the server's process does not say which program it runs");
    }
    return words.subList(0, main + 1);
  }

  /** Its data directory. */
  Path data() {
    return data;
  }

  /** Starts it on its data as they are, and waits until it answers. */
  Running start() {
    return start(List.of());
  }

  /** As {@link #start()}, with these settings besides. */
  Running start(List<String> settings) {
    List<String> command = new ArrayList<>(program);
    // It lives for seconds: its code is not worth compiling well.
    command.add(1, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of("--data", data.toString(), "--listen", "127.0.0.1"));
    for (String port : List.of("--mqtt-port", "--https-port", "--operator-port")) {
      command.addAll(List.of(port, "0"));
    }
    command.addAll(List.of("--broker", broker.url()));
    command.addAll(settings);
    Path output = data.resolve("server.log");
    try {
      Process started =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process = Optional.of(started);
      ServerFolder folder = new ServerFolder(data);
      awaitReady(started, folder, output);
      return Running.on(folder, first);
    } catch (IOException e) {
      throw new DrillNotRun("a second server could not be started: " + e.getMessage(), e);
    }
  }

  private void awaitReady(Process started, ServerFolder folder, Path output) throws IOException {
    Instant end = first.clock().instant().plus(READY_WITHIN);
    while (!folder.hasEndpoints()) {
      if (!started.isAlive() || first.clock().instant().isAfter(end)) {
        List<String> said = Files.readString(output, StandardCharsets.UTF_8).lines().toList();
        throw new DrillNotRun(
            (started.isAlive()
                    ? "a second server takes too long to start: "
                    : "a second server did not start: ")
                + String.join(" ", said.subList(Math.max(0, said.size() - 3), said.size())));
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Ends it in order; its data stay. */
  void stop() {
    process.ifPresent(running -> {
      List<ProcessHandle> children = running.descendants().toList();
      running.destroy();
      try {
        if (!running.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
          running.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        running.destroyForcibly();
        Thread.currentThread().interrupt();
      }
      children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    });
    process = Optional.empty();
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(endsWithUs);
    } catch (IllegalStateException alreadyShuttingDown) {
      // Then the hook runs, and finds nothing left to do.
    }
    try (broker) {
      LogCopy.delete(data);
    } catch (IOException e) {
      throw new DrillNotRun(data + " could not be deleted: " + e.getMessage(), e);
    }
  }

  /** It, as long as it runs: a target of its own. */
  record Running(Target target, OperatorConnection connection) implements AutoCloseable {
    private static Running on(ServerFolder folder, Target first) {
      OperatorConnection connection =
          new OperatorConnection(folder.operators(), folder.operator(), first.random());
      return new Running(
          new Target(folder, new Operator(connection), first.clock(), first.random()), connection);
    }

    @Override
    public void close() {
      target.close();
      connection.close();
    }
  }
}
