package org.thingward.inventory;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a device stands in its life. What each state means for trust is the policy's business. */
enum Lifecycle {
  /** Registered, not yet in service. */
  PLANNED,
  /** In service. */
  ACTIVE,
  /** Out of service for good. Its id is never given to another device (rule G9). */
  RETIRED;

  static final List<String> WORDS = Arrays.stream(values()).map(Lifecycle::word).toList();

  private final String word = name().toLowerCase(Locale.ROOT);

  String word() {
    return word;
  }

  static Optional<Lifecycle> ofWord(String word) {
    return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
  }
}
