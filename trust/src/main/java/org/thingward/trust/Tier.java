package org.thingward.trust;

import java.util.Locale;

/**
 * A trustworthiness tier (draft-ietf-rats-ar4si §2.3.2), in the order of trust, least first: what
 * is known to be bad is trusted less than what is unknown.
 */
public enum Tier {
  CONTRAINDICATED(96),
  NONE(0),
  WARNING(32),
  AFFIRMING(2);

  private final int value;
  private final String word;

  Tier(int value) {
    this.value = value;
    this.word = name().toLowerCase(Locale.ROOT);
  }

  /** The draft's number for this tier. */
  public int value() {
    return value;
  }

  /** The lower-case word used in policies, the API and EAR's {@code ear_status}. */
  public String word() {
    return word;
  }

  public boolean isWorseThan(Tier other) {
    return compareTo(other) < 0;
  }

  /** The one trusted less. */
  public Tier worse(Tier other) {
    return isWorseThan(other) ? this : other;
  }

  /**
   * The tier that {@code word} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Tier ofWord(String word) {
    for (Tier tier : values()) {
      if (tier.word().equals(word)) {
        return tier;
      }
    }
    throw new IllegalArgumentException(
        "'" + word + "' is no tier: affirming, warning, none or contraindicated");
  }
}
