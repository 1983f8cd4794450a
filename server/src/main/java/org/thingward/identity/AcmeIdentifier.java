package org.thingward.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.thingward.trust.Subject;

/**
 * What a certificate over ACME is for.
 *
 * @param type what kind of name it is
 * @param value the name
 */
record AcmeIdentifier(Type type, String value) {
  /** Kinds of names, each with the one way in which it is shown. */
  enum Type {
    /** A server's DNS name (RFC 8555 §9.7.7). */
    DNS("dns", "http-01"),
    /** A device's id (draft-ietf-acme-device-attest §3). */
    PERMANENT("permanent-identifier", "device-attest-01");

    private final String word;
    private final String challenge;

    Type(String word, String challenge) {
      this.word = word;
      this.challenge = challenge;
    }

    String word() {
      return word;
    }

    /** How it is shown that the name is the account's. */
    String challenge() {
      return challenge;
    }

    static Optional<Type> ofWord(String word) {
      return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
    }
  }

  /** One as a client wrote it: DNS names are the same in capitals, ids of devices are not (I5). */
  static AcmeIdentifier read(Type type, String value) {
    return new AcmeIdentifier(type, type == Type.DNS ? value.toLowerCase(Locale.ROOT) : value);
  }

  /** The only one that a device's account may ask for. */
  static AcmeIdentifier of(Subject device) {
    return new AcmeIdentifier(Type.PERMANENT, device.name());
  }

  /** As it stands in JSON. */
  Map<String, Object> tree() {
    return Map.of("type", type.word(), "value", value);
  }
}
