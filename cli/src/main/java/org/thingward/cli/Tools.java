package org.thingward.cli;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;

/**
 * What every command works with.
 *
 * @param terminal where a person reads
 * @param clock what durations are measured with
 * @param random where keys and idempotency keys come from
 */
record Tools(Terminal terminal, InstantSource clock, SecureRandom random) {

  /** What is to be done with an operator's hands. */
  @FunctionalInterface
  interface Work {
    void with(Operator operator);
  }

  /** Connects as operator, does the work, and disconnects. */
  int asOperator(Access access, Work work) {
    ServerFolder folder = new ServerFolder(access.data());
    try (OperatorConnection connection =
        new OperatorConnection(folder.operators(), folder.operator(), random)) {
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
