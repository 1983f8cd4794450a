package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * What is kept of an enrolment token.
 *
 * @param id its name; says nothing of the secret
 * @param digest of its text
 * @param subject the one device or service that it enrols
 * @param profile what its certificate will be like
 * @param names the DNS names that it may hold; of servers only
 * @param derived whether its secret was derived by a group key: it begins a device, and brings none
 *     back
 * @param made when
 * @param madeBy the operator
 * @param ends when it ends
 * @param key the digest of the public key that claimed it, once one did
 * @param certificate the digest of the certificate that was issued for it, once one was
 * @param voided when it was withdrawn, if it was
 */
record TokenRecord(
    UUID id,
    Digest digest,
    Subject subject,
    Profile profile,
    List<String> names,
    boolean derived,
    Instant made,
    String madeBy,
    Instant ends,
    Optional<Digest> key,
    Optional<Digest> certificate,
    Optional<Instant> voided) {
  /** Marks the record of a token's end. */
  static final String END = "token-end";

  private static final int FORMAT = 2;

  TokenRecord {
    names = List.copyOf(names);
  }

  /** What is to be said of it at this moment, in one word. */
  String status(Instant now) {
    if (voided.isPresent()) {
      return "voided";
    }
    if (!now.isBefore(ends)) {
      return "ended";
    }
    return key.isPresent() ? "claimed" : "open";
  }

  /**
   * The canonical record of its making for the ledger: not the secret, but its digest, so that no
   * other can take its place in the database (rule L4). 128 bits cannot be guessed from it.
   */
  byte[] record() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("token", FORMAT);
    tree.put("id", id.toString());
    tree.put("digest", digest.toString());
    tree.put("subject", subject.toString());
    // The usual one goes without saying, as in the records from before there were several.
    if (profile != Profile.usual(subject)) {
      tree.put("profile", profile.word());
    }
    if (!names.isEmpty()) {
      tree.put("names", names);
    }
    if (derived) {
      tree.put("derived", true);
    }
    tree.put("made", made.toString());
    tree.put("made-by", madeBy);
    tree.put("ends", ends.toString());
    return CanonicalJson.encode(tree);
  }

  /** The canonical record of the withdrawal of a token. */
  static byte[] withdrawal(UUID id, Instant at) {
    return CanonicalJson.encode(
        Map.of(END, 1, "id", id.toString(), "how", "withdrawn", "at", at.toString()));
  }

  /** Whether {@code record} is of the first form, which had no digest. */
  static boolean isFirstForm(byte[] record) {
    return new String(record, StandardCharsets.UTF_8).contains("\"token\":1}");
  }

  /** Whether an entry of the log is of the making of this token, in whatever form. */
  boolean isMadeIn(JsonNode entry) {
    return entry.path("id").asString("").equals(id.toString())
        && entry.path("subject").asString("").equals(subject.toString())
        && isMaking(entry);
  }

  /** Whether an entry of the log is of the making of some token. */
  static boolean isMaking(JsonNode entry) {
    return entry.has("made");
  }

  /** Whether both were made as one token, whatever became of them. */
  boolean isMadeAs(TokenRecord other) {
    return Arrays.equals(record(), other.record());
  }
}
