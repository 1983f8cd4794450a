package org.thingward.trust;

import java.util.Locale;

/** What a statement can be about. Evidence about a product or release counts for its devices. */
public enum SubjectKind {
  /** A thing of the fleet. */
  DEVICE,
  /** A back end that connects like a device. */
  SERVICE,
  /** A person who administers. */
  OPERATOR,
  /** A model of device, by name. */
  PRODUCT,
  /** A version of a product's firmware, named {@code product@version}. */
  RELEASE;

  /** The lower-case word used in text, files and the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind that {@code word} names.
   *
   * @throws IllegalArgumentException if no kind has this word
   */
  public static SubjectKind ofWord(String word) {
    for (SubjectKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no kind of subject");
  }
}
