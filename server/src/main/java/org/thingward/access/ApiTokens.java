package org.thingward.access;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * The API tokens there are, as the log knows them. No table holds them, so none can add one or
 * lengthen its life. A token ends at its time, when it is withdrawn, and with the passkey that
 * signed for it.
 */
final class ApiTokens {
  /** How many an operator has at most. */
  static final int MOST = 50;

  private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);
  private static final String BEARER = "bearer ";
  private static final String END = "api-token-end";
  private static final int FORMAT = 1;

  /** Why what was presented opens nothing. Whoever presents it is not told. */
  enum Refusal {
    /** No token by its form, or cut or mistyped. */
    MALFORMED,
    /** Not one of ours: made up, withdrawn, or its creator's passkey was. */
    UNKNOWN,
    EXPIRED,
    /** Over a connection without the key that it is bound to. */
    OTHER_KEY;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A token that counts, with the id of the passkey that signed for it. */
  private record Kept(ApiToken token, String passkey) {}

  private final Map<UUID, Kept> byId = new ConcurrentHashMap<>();
  private final Set<UUID> withdrawn = ConcurrentHashMap.newKeySet();
  private final Map<UUID, Instant> lastUsed = new ConcurrentHashMap<>();
  private final AtomicLongArray refusals = new AtomicLongArray(Refusal.values().length);
  private final Passkeys passkeys;
  private final Ledger ledger;
  private final Time time;

  /** Reads them from the log, and checks that each is signed for by a passkey of its creator. */
  ApiTokens(Passkeys passkeys, RelyingParty party, Ledger ledger, Time time) {
    this.passkeys = passkeys;
    this.ledger = ledger;
    this.time = time;
    Map<UUID, Kept> found = new HashMap<>();
    Set<UUID> ended = new HashSet<>();
    for (Openings.Placed entry : ledger.openings().all(Set.of(EntryType.API_TOKEN))) {
      if (entry.opened().isEmpty()) {
        LOG.error(
            "Entry {}, about API tokens, cannot be opened: its key is gone. It may have withdrawn any of those before it, so none of them counts: make new ones",
            entry.index());
        found.clear();
        continue;
      }
      JsonNode tree = PasskeyRecord.tree(entry.opened().get());
      if (tree.has(ApiToken.TOKEN)) {
        signed(tree, party).ifPresent(kept -> found.put(kept.token().id(), kept));
      } else {
        ended.add(UUID.fromString(tree.path("id").asString("")));
      }
    }
    found.keySet().removeAll(ended);
    byId.putAll(found);
  }

  private Optional<Kept> signed(JsonNode tree, RelyingParty party) {
    ApiToken token = ApiToken.of(tree);
    Optional<Passkey> signer =
        Vouching.signer(
            tree.path("signed-by"),
            token.operator(),
            token.agreement(),
            token.port(),
            passkeys,
            party);
    if (signer.isEmpty()) {
      LOG.warn(
          "API token {} of {} is in the log, and no passkey of today signed for it: it does not count",
          token.id(),
          token.operator());
    }
    return signer.map(passkey -> new Kept(token, passkey.id()));
  }

  /** Adds one whose entry is in the log. */
  void add(ApiToken token, Passkey signer) {
    byId.put(token.id(), new Kept(token, signer.id()));
  }

  /**
   * The token in a header {@code Authorization}.
   *
   * @param key the digest of the public key that the connection proved
   * @throws Problem 401 if there is none that counts now; the reason is counted, and not told
   */
  ApiToken require(String authorization, Optional<Digest> key) {
    Optional<ApiTokenText> text =
        authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
            ? ApiTokenText.read(authorization.substring(BEARER.length()).strip())
            : Optional.empty();
    if (text.isEmpty()) {
      throw refused(Refusal.MALFORMED);
    }
    ApiToken token =
        counting(text.get().id())
            .filter(it -> it.secret().equals(text.get().digest()))
            .orElseThrow(() -> refused(Refusal.UNKNOWN));
    if (isOver(token)) {
      throw refused(Refusal.EXPIRED);
    }
    if (token.key().isPresent() && !token.key().equals(key)) {
      throw refused(Refusal.OTHER_KEY);
    }
    lastUsed.put(token.id(), time.now());
    return token;
  }

  private Problem refused(Refusal why) {
    refusals.incrementAndGet(why.ordinal());
    return new Problem(
        401,
        "token-refused",
        "This API token opens nothing: it is unknown, has ended, was withdrawn, or is bound to another key than this connection's.");
  }

  /** How often what was presented was refused, for this reason, since the start. */
  long refusals(Refusal why) {
    return refusals.get(why.ordinal());
  }

  /** One's own that have not ended, oldest first. */
  List<ApiToken> of(Subject operator) {
    return all().stream().filter(token -> token.operator().equals(operator)).toList();
  }

  /** Everyone's that have not ended, oldest first. */
  List<ApiToken> all() {
    return byId.keySet().stream()
        .flatMap(id -> counting(id).stream())
        .filter(token -> !isOver(token))
        .sorted(Comparator.comparing(ApiToken::made).thenComparing(ApiToken::id))
        .toList();
  }

  /** When it was last used since the start; empty if it was not. */
  Optional<Instant> lastUsed(ApiToken token) {
    return Optional.ofNullable(lastUsed.get(token.id()));
  }

  /**
   * Ends a token at once, then puts that on record.
   *
   * @param by who withdraws it
   * @return whether there is one, which this operator may withdraw
   * @throws org.thingward.ledger.LedgerUnavailable if it has ended and is not on record: until it
   *     is withdrawn once more, a restart would bring it back
   */
  boolean withdraw(UUID id, Subject by, boolean anyones) {
    Kept kept = byId.get(id);
    if (kept == null || !(anyones || kept.token().operator().equals(by))) {
      return false;
    }
    withdrawn.add(id);
    var unused =
        ledger.append(
            EntryType.API_TOKEN,
            kept.token().operator(),
            CanonicalJson.encode(
                Map.of(
                    END,
                    FORMAT,
                    "id",
                    id.toString(),
                    "operator",
                    kept.token().operator().name(),
                    "withdrawn-by",
                    by.name(),
                    "at",
                    time.now().toString())));
    byId.remove(id);
    withdrawn.remove(id);
    lastUsed.remove(id);
    return true;
  }

  /** Whether the token with this id opens anything now. */
  boolean counts(UUID id) {
    return counting(id).filter(token -> !isOver(token)).isPresent();
  }

  private Optional<ApiToken> counting(UUID id) {
    return Optional.ofNullable(byId.get(id))
        .filter(kept -> !withdrawn.contains(id) && isOf(kept.token(), kept.passkey()))
        .map(Kept::token);
  }

  /** A credential that was registered anew is not the one that signed before. */
  private boolean isOf(ApiToken token, String passkey) {
    return passkeys
        .find(passkey)
        .filter(signer -> !token.made().isBefore(signer.registered()))
        .isPresent();
  }

  private boolean isOver(ApiToken token) {
    return !time.now().isBefore(token.ends());
  }
}
