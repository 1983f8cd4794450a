package org.thingward.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main of ours in a process of its own, so that its memory and its time are its own. */
final class ChildJava implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  ChildJava(List<String> options, Class<?> main, List<String> arguments) {
    try {
      process =
          new ProcessBuilder(command(options, main, arguments))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out = process.inputReader(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that runs a main of this class path. */
  static List<String> command(List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** The next number it prints. */
  long number() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException("the process beside this one ended");
    }
    return Long.parseLong(line.strip());
  }

  /** Gives it an empty line, at which it prints its next number. */
  long ask() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return number();
  }

  long pid() {
    return process.pid();
  }

  /** The processor time that a process has used so far. */
  static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  Duration cpu() {
    return cpu(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
    if (process.isAlive()) {
      process.destroyForcibly();
    }
  }
}
