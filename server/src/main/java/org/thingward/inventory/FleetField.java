package org.thingward.inventory;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a query of the fleet can ask for: the words before the colon. */
enum FleetField {
  /** The tier of its posture; {@code none} too for a device of which nothing is known. */
  TIER,
  /**
   * How strongly it is bound to the weakest of its certificates, L0 to L5, alone or compared:
   * {@code assurance:<4}.
   */
  ASSURANCE,
  PRODUCT,
  /** The version of the firmware it runs, alone or compared: {@code firmware:<3.1}. */
  FIRMWARE,
  /** How old its firmware is at least: {@code stale:>1y}. */
  STALE,
  REGION,
  OWNER,
  LIFECYCLE,
  /** The component of the worst reason for its posture: {@code reason:executables}. */
  REASON,
  /** Its id; a word without a colon is part of it. */
  ID;

  /** The words, as a query writes them. */
  static final List<String> WORDS = Arrays.stream(values()).map(FleetField::word).toList();

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<FleetField> ofWord(String word) {
    return Arrays.stream(values()).filter(field -> field.word().equals(word)).findFirst();
  }
}
