package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogEvent;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * That another authority issues from now on, or which was the first: an entry of the ledger, which
 * the log's keys vouch for, so that no database puts one there.
 *
 * @param from which issued before; empty if this is the first on record
 * @param to which issues
 * @param by who ordered it
 * @param reason why, in one line
 * @param at when
 */
record AuthorityChange(Optional<Issuing> from, Issuing to, String by, String reason, Instant at) {
  private static final String PURPOSE = "authority-change";
  private static final String NOTE = "attested";
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Refuses a name or reason that is not one line, with {@link IllegalArgumentException}. */
  AuthorityChange {
    LogEvent.requireReason(by);
    LogEvent.requireReason(reason);
  }

  /**
   * An authority as the ledger names it.
   *
   * @param name its name in files and paths
   * @param key the digest of its public key
   */
  record Issuing(String name, Digest key) {
    static Issuing of(Authority authority) {
      return of(authority.name(), authority.key().publicKey());
    }

    static Issuing of(String name, SubjectPublicKeyInfo key) {
      return new Issuing(name, Digest.of(CmpMessage.der(key)));
    }

    Map<String, Object> tree() {
      return Map.of("name", name, "key", key.toString());
    }

    private static Issuing read(JsonNode tree) {
      return new Issuing(
          tree.path("name").asString(""), Digest.parse(tree.path("key").asString("")));
    }
  }

  /** Puts it on record; returns once durable. */
  Receipt append(Ledger ledger) {
    Map<String, Object> tree = tree();
    byte[] note = ledger.attest(PURPOSE, CanonicalJson.encode(tree));
    tree.put(NOTE, new String(note, StandardCharsets.UTF_8));
    return ledger.append(
        EntryType.AUTHORITY, ServerCertificates.SERVER, CanonicalJson.encode(tree));
  }

  /** What an entry says, if it can be read and the log's keys vouch for it. */
  static Optional<AuthorityChange> read(Openings.Placed placed, Openings log) {
    byte[] content = placed.opened().map(Openings.Opened::content).orElseGet(() -> new byte[0]);
    try {
      JsonNode tree = JSON.readTree(new String(content, StandardCharsets.UTF_8));
      AuthorityChange change = read(tree);
      byte[] note = tree.path(NOTE).asString("").getBytes(StandardCharsets.UTF_8);
      byte[] statement = CanonicalJson.encode(change.tree());
      return log.isAttested(placed.index(), PURPOSE, statement, note)
          ? Optional.of(change)
          : Optional.empty();
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static AuthorityChange read(JsonNode tree) {
    if (tree.path("authority-change").asInt(0) != FORMAT) {
      throw new IllegalArgumentException("a record of another format");
    }
    return new AuthorityChange(
        tree.has("from") ? Optional.of(Issuing.read(tree.path("from"))) : Optional.empty(),
        Issuing.read(tree.path("to")),
        tree.path("by").asString(""),
        tree.path("reason").asString(""),
        Instant.parse(tree.path("at").asString("")));
  }

  /** Its members, for the ledger and for the API. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("authority-change", FORMAT);
    from.ifPresent(before -> tree.put("from", before.tree()));
    tree.put("to", to.tree());
    tree.put("by", by);
    tree.put("reason", reason);
    tree.put("at", at.toString());
    return tree;
  }
}
