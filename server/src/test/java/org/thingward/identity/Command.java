package org.thingward.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a real program in a folder. */
record Command(int exit, String output) {
  /** The output of a program that must succeed; error output is part of it. */
  static String run(Path folder, String... command) {
    Command done = attempt(folder, command);
    if (done.exit() != 0) {
      throw new AssertionError(
          List.of(command) + " ended with " + done.exit() + ":\n" + done.output());
    }
    return done.output();
  }

  static Command attempt(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(command) + " does not end");
      }
      return new Command(process.exitValue(), output);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
