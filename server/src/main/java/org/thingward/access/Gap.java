package org.thingward.access;

import org.thingward.platform.Problem;

/**
 * Something about operators that the log had and that cannot be read any more. It may have
 * withdrawn anybody, so nobody counts as an operator while it is missing.
 *
 * @param index the entry's place in the log
 * @param what what is wrong with it, as a sentence goes on after its place
 */
record Gap(long index, String what) {
  /** The key that opens the entry is not there any more. */
  static Gap erased(long index) {
    return new Gap(index, "cannot be opened: its key is gone");
  }

  /** The entry is in order, and follows one that is not in the log, or does not count. */
  static Gap unconnected(long index) {
    return new Gap(index, "follows a change that is not in the log, or does not count");
  }

  /**
   * It claims that every operator was ended on this machine, and the log's keys did not sign it.
   */
  static Gap unsigned(long index) {
    return new Gap(index, "is a recovery that the keys of the log did not sign");
  }

  /** For a person: which entry, and what to do. */
  String text() {
    return ("Nobody counts as an operator: entry %d of the ledger, about operators, %s, and what is"
            + " missing may have withdrawn anybody. Stop the server and bring its ledger back from a"
            + " backup, or begin with operators anew: thingward operators recover. Devices are"
            + " decided on meanwhile as before.")
        .formatted(index, what);
  }

  Problem problem() {
    return new Problem(503, "operators-incomplete", text());
  }
}
