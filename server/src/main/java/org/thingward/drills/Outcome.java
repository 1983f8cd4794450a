package org.thingward.drills;

import java.util.Arrays;
import java.util.Locale;
import org.thingward.platform.Problem;

/** What can come of a drill. */
enum Outcome {
  /** The defence held. */
  STOPPED,
  /** The attacker got what it wanted. */
  GOT_THROUGH,
  /** Nothing was learnt. */
  NOT_RUN;

  /** The lower-case, hyphenated word used in the API and in the ledger. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Outcome ofWord(String word) {
    return Arrays.stream(values())
        .filter(outcome -> outcome.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new Problem(
                422, "outcome", "'outcome' is stopped, got-through or not-run, and nothing else."));
  }
}
