package org.thingward.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What the launcher script does itself, listed so that {@code --help} tells of it. */
final class LauncherCommands {
  private LauncherCommands() {}

  private static int elsewhere(String command) {
    throw new Failed(
        "'%s' belongs to the launcher: run ./thingward %s in the project's folder"
            .formatted(command, command));
  }

  /** Starts the server. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Start the server; data in ~/.local/share/thingward or --data DIR.")
  static final class Up implements Callable<Integer> {
    @Override
    public Integer call() {
      return elsewhere("up");
    }
  }

  /** Changes the log itself. */
  @Command(
      name = "log",
      mixinStandardHelpOptions = true,
      description = "Change the log's keys or its name, while the server is stopped.")
  static final class Log implements Callable<Integer> {
    @Override
    public Integer call() {
      return elsewhere("log");
    }
  }

  /** Makes a root elsewhere, and changes the issuing authority. */
  @Command(
      name = "ca",
      mixinStandardHelpOptions = true,
      description =
          "Make a root on another machine, and change the issuing authority or the key that encrypts keys, while the server is stopped.")
  static final class Ca implements Callable<Integer> {
    @Override
    public Integer call() {
      return elsewhere("ca");
    }
  }

  /** Begins with operators anew. */
  @Command(
      name = "operators",
      mixinStandardHelpOptions = true,
      description = "Begin with operators anew on the server's machine, while it is stopped.")
  static final class Operators implements Callable<Integer> {
    @Override
    public Integer call() {
      return elsewhere("operators");
    }
  }

  /** Builds and runs every test. */
  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = "Install the test clients, build, and run every test.")
  static final class Test implements Callable<Integer> {
    @Override
    public Integer call() {
      return elsewhere("test");
    }
  }
}
