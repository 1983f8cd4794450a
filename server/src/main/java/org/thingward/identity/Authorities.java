package org.thingward.identity;

import java.util.List;
import java.util.stream.Stream;

/**
 * The issuing authorities below one root: the one that issues, and those that answer beside it for
 * what they issued or will issue.
 *
 * @param current issues
 * @param others were current before, or are made ahead
 */
record Authorities(Authority current, List<Authority> others) {
  Authorities {
    others = List.copyOf(others);
  }

  /** All of them, the current one first. */
  List<Authority> all() {
    return Stream.concat(Stream.of(current), others.stream()).toList();
  }
}
