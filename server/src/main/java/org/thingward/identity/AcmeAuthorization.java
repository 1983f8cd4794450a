package org.thingward.identity;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;

/**
 * Whether an account has shown that a name is its own, by the one challenge that there is for it.
 *
 * @param id its name, and its challenge's
 * @param order what it is a part of
 * @param identifier the name that is to be shown
 * @param token the challenge's token (RFC 8555 §8)
 * @param state where it stands
 * @param changed since when
 * @param key the key that was attested, as certificates hold it; of devices only
 * @param receipt of the ledger's entry that it is valid
 * @param error why it is invalid: a problem document
 */
record AcmeAuthorization(
    UUID id,
    UUID order,
    AcmeIdentifier identifier,
    String token,
    State state,
    Instant changed,
    Optional<Digest> key,
    Optional<Receipt> receipt,
    Optional<String> error) {
  private static final int FORMAT = 1;

  /** Where an authorization stands. */
  enum State {
    PENDING,
    VALID,
    INVALID;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What has to be shown to have been signed or published (RFC 8555 §8.1). */
  String keyAuthorization(AcmeKey account) {
    return token + "." + account.thumbprintText();
  }

  /** The same one, shown. */
  AcmeAuthorization valid(Optional<Digest> attested, Instant now) {
    return new AcmeAuthorization(
        id,
        order,
        identifier,
        token,
        State.VALID,
        now,
        attested,
        Optional.empty(),
        Optional.empty());
  }

  /** The same one, failed for good. */
  AcmeAuthorization invalid(String why, Instant now) {
    return new AcmeAuthorization(
        id,
        order,
        identifier,
        token,
        State.INVALID,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.of(why));
  }

  AcmeAuthorization recorded(Receipt entry) {
    return new AcmeAuthorization(
        id, order, identifier, token, state, changed, key, Optional.of(entry), error);
  }

  /** The canonical record for the ledger that {@code account} showed this. */
  byte[] record(AcmeAccount account) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("acme-authorization", FORMAT);
    tree.put("id", id.toString());
    tree.put("account", account.id().toString());
    tree.put(IssuedCertificate.BY_TOKEN, account.token().toString());
    tree.put("order", order.toString());
    tree.put("type", identifier.type().word());
    tree.put("value", identifier.value());
    tree.put("by", identifier.type().challenge());
    key.ifPresent(attested -> tree.put("key", attested.toString()));
    tree.put("at", changed.toString());
    return CanonicalJson.encode(tree);
  }
}
