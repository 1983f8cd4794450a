package org.thingward.trust;

import java.util.Locale;

/** What a subject can ask for. Per packet, publish and receive are checked against a grant. */
public enum RequestKind {
  /** Open a session; a permit carries a {@link Grant}. */
  CONNECT,
  /** Get a first certificate, or one for a new key, by operator token. */
  ENROL,
  /** Get a certificate in succession to the one presented. */
  RENEW,
  /** State evidence about oneself. */
  ATTEST,
  /** Fetch and install an update. */
  INSTALL;

  /** The lower-case word used in policies and the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind that {@code word} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RequestKind ofWord(String word) {
    for (RequestKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no kind of request");
  }
}
