package org.thingward.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The story. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Start a server and forty devices, and watch trust being lost and won.")
final class DemoCommand implements Callable<Integer> {
  private final Tools tools;

  DemoCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    throw new Failed("not yet" + tools);
  }
}
