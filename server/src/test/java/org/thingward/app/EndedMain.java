package org.thingward.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command for the server's machine that ran in a process of its own, as the launcher starts it.
 *
 * @param code what it ended with
 */
record EndedMain(int code, String out, String err) {
  /** Runs it in this folder, which keeps what it logs. */
  static EndedMain of(Class<?> main, Path folder, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dlogback.configurationFile=logback.xml"); // The product's, not the tests'.
    command.add("-Dthingward.log=" + folder.resolve("log"));
    command.add("-XX:TieredStopAtLevel=1");
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    try {
      int code =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start()
              .waitFor();
      return new EndedMain(code, Files.readString(out), Files.readString(err));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
