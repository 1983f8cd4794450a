package org.thingward.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.platform.Stakes;
import org.thingward.verify.approval.Quorum;
import org.thingward.verify.approval.QuorumReader;

/**
 * Why others must agree to a change, and who at the least: the floor that ships. Where nobody but
 * whoever asks could meet the first quorum of a floor, the next one counts, so that two people who
 * can do much always watch each other, whatever each is there for.
 */
enum Ground {
  /** A device is released from quarantine or a latch. */
  RELEASE("releases what was contraindicated", "1 of role:releaser"),
  /** Many are raised, by whatever means, by one person within a day. */
  RAISE("raises more than one person may in a day", "1 of role:releaser"),
  /** More is permitted in some case. */
  WIDEN("permits more than before", "1 of role:policy-administrator"),
  /** Many are lowered by one person within a day. */
  LOWER(
      "lowers more than one person may in a day",
      "1 of role:operator or 1 of role:releaser or 1 of role:policy-administrator"),
  /** Who may do what changes. */
  ACCESS("changes who may do what", "1 of role:access-administrator");

  private static final Quorum ANYBODY_ELSE =
      QuorumReader.read(
          "1 of role:releaser or 1 of role:policy-administrator or 1 of role:access-administrator");

  private final String text;
  private final Quorum floor;

  Ground(String text, String floor) {
    this.text = text;
    this.floor = QuorumReader.read(floor);
  }

  /** For a person. */
  String text() {
    return text;
  }

  /** Who must agree at the least, the first that others than whoever asks could meet. */
  List<Quorum> floors() {
    return List.of(floor, ANYBODY_ELSE);
  }

  /** The lower-case word used in settings. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Ground of(Stakes.Matter matter) {
    return switch (matter) {
      case RELEASE -> RELEASE;
      case ACCESS -> ACCESS;
    };
  }

  static Optional<Ground> ofWord(String word) {
    return Arrays.stream(values()).filter(ground -> ground.word().equals(word)).findFirst();
  }

  static String words() {
    return Arrays.stream(values()).map(Ground::word).collect(Collectors.joining(", "));
  }
}
