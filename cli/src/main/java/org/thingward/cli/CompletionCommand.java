package org.thingward.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** Completion of commands and options in bash and zsh. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a completion script: source <(thingward completion)")
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<String> script;

  CompletionCommand(Terminal terminal, Supplier<String> script) {
    this.terminal = terminal;
    this.script = script;
  }

  @Override
  public Integer call() {
    terminal.line(script.get());
    return ExitCode.OK;
  }
}
