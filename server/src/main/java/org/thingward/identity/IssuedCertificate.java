package org.thingward.identity;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * A certificate of ours, with its place in the line of its subject's certificates.
 *
 * @param digest the digest of its DER form: the credential's name
 * @param serial its serial number
 * @param subject whom it names
 * @param profile what it is like
 * @param key the digest of its public key
 * @param parent the certificate it was renewed from; empty if it was issued for a token
 * @param generation 1 if issued for a token, else one more than its parent's
 * @param derived whether a token whose secret was derived by a group key began its line
 * @param begins its notBefore
 * @param ends its notAfter
 * @param state where it stands
 * @param der its DER form
 * @param algorithms what it rests on
 */
record IssuedCertificate(
    Digest digest,
    BigInteger serial,
    Subject subject,
    Profile profile,
    Digest key,
    Optional<Digest> parent,
    int generation,
    boolean derived,
    Instant begins,
    Instant ends,
    State state,
    byte[] der,
    Algorithms algorithms) {
  /** The member of its record that names the token it was issued for. */
  static final String BY_TOKEN = "token";

  private static final int FORMAT = 1;
  private static final int HEX = 16;

  /** Where a certificate stands. */
  enum State {
    /** Renewed, and not yet used: its parent still counts. */
    ISSUED,
    /** In use. */
    ACTIVE,
    /** Another one took its place. */
    RETIRED,
    /** Withdrawn, and on the revocation list until it ends. */
    REVOKED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    boolean live() {
      return this == ISSUED || this == ACTIVE;
    }
  }

  /** Its serial number as people and tools write it: lower-case hex. */
  String serialText() {
    return serial.toString(HEX);
  }

  /** From when on it may be renewed: half of its life. */
  Instant renewableFrom() {
    return begins.plus(Duration.between(begins, ends).dividedBy(2));
  }

  /** The canonical record of its issuance for the ledger. */
  byte[] record() {
    return CanonicalJson.encode(tree());
  }

  /** As {@link #record()}, naming the token that it was issued for. */
  byte[] record(UUID token) {
    Map<String, Object> tree = tree();
    tree.put(BY_TOKEN, token.toString());
    return CanonicalJson.encode(tree);
  }

  private Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("certificate", FORMAT);
    tree.put("digest", digest.toString());
    tree.put("serial", serialText());
    tree.put("subject", subject.toString());
    // The usual one goes without saying, as in the records from before there were several.
    if (profile != Profile.usual(subject)) {
      tree.put("profile", profile.word());
    }
    tree.put("key", key.toString());
    parent.ifPresent(digest -> tree.put("parent", digest.toString()));
    tree.put("generation", generation);
    if (derived) {
      tree.put("derived", true);
    }
    tree.put("begins", begins.toString());
    tree.put("ends", ends.toString());
    return tree;
  }
}
