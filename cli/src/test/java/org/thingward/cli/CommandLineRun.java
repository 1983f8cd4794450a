package org.thingward.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** One run of the command line, with what it printed. */
record CommandLineRun(int exitCode, String out, String err) {

  static CommandLineRun of(String... arguments) {
    return of(100, arguments);
  }

  static CommandLineRun of(int width, String... arguments) {
    Running running = new Running(width, System.getenv());
    return running.finish(arguments);
  }

  /** One in another environment. */
  static CommandLineRun in(Map<String, String> environment, String... arguments) {
    return new Running(100, environment).finish(arguments);
  }

  /** One that goes on while others do something. */
  static Running begin(Map<String, String> environment, String... arguments) {
    Running running = new Running(100, environment);
    running.begin(arguments);
    return running;
  }

  /** A run whose output can be read before it has ended. */
  static final class Running {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CommandLine line;
    private CompletableFuture<CommandLineRun> ended = new CompletableFuture<>();

    private Running(int width, Map<String, String> environment) {
      PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
      PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
      Terminal terminal = new Terminal(outStream, errStream, width, false, false);
      line =
          Thingward.commandLine(
              new Tools(terminal, InstantSource.system(), new SecureRandom(), environment));
      line.setOut(new PrintWriter(outStream, true));
      line.setErr(new PrintWriter(errStream, true));
    }

    private CommandLineRun finish(String... arguments) {
      int code = line.execute(arguments);
      return new CommandLineRun(code, out.toString(StandardCharsets.UTF_8), err());
    }

    private void begin(String... arguments) {
      ended = CompletableFuture.supplyAsync(() -> finish(arguments));
    }

    /** What it has said on the error stream so far. */
    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    /** Whether it has ended. */
    boolean isOver() {
      return ended.isDone();
    }

    /** Waits for its end. */
    CommandLineRun await() {
      return ended.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }
}
