package org.thingward.cli;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;

/**
 * What every command works with.
 *
 * @param terminal where a person reads
 * @param clock what durations are measured with
 * @param random where keys and idempotency keys come from
 * @param environment the process's environment variables
 */
record Tools(
    Terminal terminal, InstantSource clock, SecureRandom random, Map<String, String> environment) {

  /** In the environment of this process. */
  Tools(Terminal terminal, InstantSource clock, SecureRandom random) {
    this(terminal, clock, random, System.getenv());
  }

  /** What is to be done with an operator's hands. */
  @FunctionalInterface
  interface Work {
    void with(Operator operator);
  }

  /** Connects as operator, does the work, and disconnects. */
  int asOperator(Access access, Work work) {
    try (OperatorConnection connection = Connecting.with(access, this).asOperator()) {
      work.with(new Operator(connection));
    }
    return ExitCode.OK;
  }

  /** Prints a table, or, if it has no rows, one sentence on the error stream. */
  void printOr(Table table, String ifEmpty) {
    if (table.isEmpty()) {
      terminal.err().println(ifEmpty);
    } else {
      table.print(terminal);
    }
  }
}
