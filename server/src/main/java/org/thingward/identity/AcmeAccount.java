package org.thingward.identity;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;

/**
 * An account over ACME: the key that claimed a token, and what that token lets it have. Nobody's
 * address is kept of it.
 *
 * @param id its name, which its URL ends with
 * @param token the token that it claimed
 * @param subject whom its certificates are of
 * @param profile what they are like
 * @param names the DNS names that they may hold, for servers
 * @param key its key now
 * @param status whether it still counts
 * @param changed when it came to be as it is
 */
record AcmeAccount(
    UUID id,
    UUID token,
    Subject subject,
    Profile profile,
    List<String> names,
    AcmeKey key,
    Status status,
    Instant changed) {
  /** The member of its record that holds its id. */
  static final String ID = "acme-account-id";

  private static final int FORMAT = 1;

  AcmeAccount {
    names = List.copyOf(names);
  }

  /** Whether it still counts. */
  enum Status {
    VALID,
    /** Ended by its holder. */
    DEACTIVATED,
    /** Ended by this server: its subject was revoked. */
    REVOKED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Status ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** The same one with another key or status from now on. */
  AcmeAccount as(AcmeKey other, Status status, Instant now) {
    return new AcmeAccount(id, token, subject, profile, names, other, status, now);
  }

  /** What it may have certificates for. */
  List<AcmeIdentifier> allowed() {
    return profile == Profile.SERVER
        ? names.stream().map(name -> new AcmeIdentifier(AcmeIdentifier.Type.DNS, name)).toList()
        : List.of(AcmeIdentifier.of(subject));
  }

  /** Who it is for the shared enrolment. */
  TokenHolder holder() {
    return new TokenHolder(token, subject, profile);
  }

  /**
   * The canonical record of its state for the ledger. It names the token, which so is used up for
   * everyone else.
   */
  byte[] record() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("acme-account", FORMAT);
    tree.put(ID, id.toString());
    tree.put(IssuedCertificate.BY_TOKEN, token.toString());
    tree.put("subject", subject.toString());
    tree.put("profile", profile.word());
    tree.put("names", names);
    tree.put("key", key.thumbprint().toString());
    tree.put("status", status.word());
    tree.put("at", changed.toString());
    return CanonicalJson.encode(tree);
  }
}
