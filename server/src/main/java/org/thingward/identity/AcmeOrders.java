package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Base64Url;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * What accounts ask for, from the first word to the certificate. Rows say how far an order is; that
 * a name was shown counts only if this process saw it or the log says so (rule L4).
 */
final class AcmeOrders {
  private static final Duration LIFE = Duration.ofHours(24);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int TOKEN_BYTES = 32;

  private final AcmeStore store;
  private final IdentityStore certificates;
  private final Enrolment enrolment;
  private final AcmeHttpCheck http;
  private final AcmeAttestation attestation;
  private final NativeCrypto crypto;
  private final AcmeLimits limits;
  private final List<String> ownNames;
  private final Ledger ledger;
  private final Time time;
  private final Randomness randomness;
  private final Set<UUID> seenValid = ConcurrentHashMap.newKeySet();
  private final OneAtATime<Subject> completing = new OneAtATime<>();

  AcmeOrders(
      AcmeStore store,
      IdentityStore certificates,
      Enrolment enrolment,
      AcmeHttpCheck http,
      AcmeAttestation attestation,
      NativeCrypto crypto,
      AcmeLimits limits,
      List<String> ownNames,
      Ledger ledger,
      Time time,
      Randomness randomness) {
    this.store = store;
    this.certificates = certificates;
    this.enrolment = enrolment;
    this.http = http;
    this.attestation = attestation;
    this.crypto = crypto;
    this.limits = limits;
    this.ownNames = ownNames;
    this.ledger = ledger;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * A new order.
   *
   * @throws AcmeRefused if the account may not have these names, or asks too often
   */
  AcmeOrder create(AcmeAccount account, JsonNode asked) {
    requirePace(account);
    if (asked.has("notBefore") || asked.has("notAfter")) {
      throw malformed("How long certificates last is not for an order to say.");
    }
    Set<AcmeIdentifier> identifiers = identifiers(account, asked.path("identifiers"));
    Instant now = time.now();
    Optional<Digest> replaces =
        Optional.of(asked.path("replaces"))
            .filter(text -> !text.isMissingNode())
            .map(text -> replaced(account, text, now));
    UUID id = randomness.id();
    AcmeOrder order =
        new AcmeOrder(
            id,
            account.id(),
            now,
            now.plus(LIFE),
            replaces,
            Optional.empty(),
            identifiers.stream().map(identifier -> pending(id, identifier, now)).toList());
    return store.inTransaction(() -> {
      store.forget(account.id(), now.minus(KEPT));
      store.insert(order);
      return order;
    });
  }

  /** An order of the account. */
  AcmeOrder get(AcmeAccount account, UUID id) {
    return store
        .order(id)
        .filter(order -> order.account().equals(account.id()))
        .orElseThrow(() -> notYours("order"));
  }

  /** An authorization of the account. */
  AcmeAuthorization authorization(AcmeAccount account, UUID id) {
    AcmeAuthorization part = store.authorization(id).orElseThrow(() -> notYours("authorization"));
    AcmeOrder unused = get(account, part.order());
    return part;
  }

  /**
   * Looks whether the name is shown by now, and settles that for good; once.
   *
   * @param shown what came with the request to look
   */
  AcmeAuthorization prove(AcmeAccount account, UUID id, JsonNode shown) {
    AcmeAuthorization part = authorization(account, id);
    AcmeOrder order = get(account, part.order());
    if (part.state() != AcmeAuthorization.State.PENDING
        || order.status(time.now()) != AcmeOrder.Status.PENDING) {
      return part;
    }
    requireWithin(store.failed(account.id(), limits.failures()), "challenges failed");
    try {
      requireAllowed(account, part.identifier());
      settleValid(account, part.valid(attested(account, part, shown), time.now()));
    } catch (AcmeRefused refused) {
      if (refused.error() != AcmeError.RATE_LIMITED) {
        String why = new String(CanonicalJson.encode(refused.tree()), StandardCharsets.UTF_8);
        boolean unused = store.settle(part.invalid(why, time.now()));
      } else {
        throw refused;
      }
    }
    return authorization(account, id);
  }

  /** Shows the name by the one challenge for its type; the key that was attested, if one was. */
  private Optional<Digest> attested(AcmeAccount account, AcmeAuthorization part, JsonNode shown) {
    String keyAuthorization = part.keyAuthorization(account.key());
    return switch (part.identifier().type()) {
      case DNS -> {
        http.require(part.identifier().value(), part.token(), keyAuthorization);
        yield Optional.empty();
      }
      case PERMANENT -> {
        byte[] object = AcmeBase64.decode("'attObj'", shown.path("attObj").asString(""));
        yield Optional.of(attestation.key(account.subject(), object, keyAuthorization));
      }
    };
  }

  private void settleValid(AcmeAccount account, AcmeAuthorization valid) {
    boolean settled =
        store.inTransaction(() -> {
          Receipt receipt =
              ledger.appendWithTransaction(
                  EntryType.TOKEN, account.subject(), valid.record(account));
          return store.settle(valid.recorded(receipt));
        });
    if (settled) {
      seenValid.add(valid.id());
    }
  }

  /**
   * The order with its certificate: made now, or the one that was made before.
   *
   * @param der the certificate request
   * @throws AcmeRefused if the order is not ready, or the request is not for it
   */
  AcmeOrder complete(AcmeAccount account, UUID id, byte[] der) {
    try {
      return completing.alone(account.subject(), () -> completed(account, id, der));
    } catch (Problem problem) {
      throw AcmeRefused.of(problem);
    }
  }

  private AcmeOrder completed(AcmeAccount account, UUID id, byte[] der) {
    AcmeOrder order = get(account, id);
    if (order.status(time.now()) == AcmeOrder.Status.VALID) {
      return order;
    }
    requireReady(account, order);
    Csr csr = csr(account, order, der);
    IssuedCertificate certificate = enrolment.enrol(account.holder(), order.dnsNames(), csr);
    store.complete(order.id(), certificate.digest());
    return get(account, id);
  }

  /** The certificate that came of an order of the account. */
  IssuedCertificate certificate(AcmeAccount account, UUID order) {
    return get(account, order)
        .certificate()
        .flatMap(certificates::find)
        .orElseThrow(() -> notYours("certificate"));
  }

  /** The account's newest orders. */
  List<UUID> newest(AcmeAccount account) {
    return store.orders(account.id(), limits.orders());
  }

  private void requireReady(AcmeAccount account, AcmeOrder order) {
    if (order.status(time.now()) != AcmeOrder.Status.READY) {
      throw new AcmeRefused(
          AcmeError.ORDER_NOT_READY,
          "The order is %s; it can be completed once it is ready."
              .formatted(order.status(time.now()).word()));
    }
    for (AcmeAuthorization part : order.parts()) {
      requireAllowed(account, part.identifier());
      if (!isOnRecord(account, part)) {
        throw new AcmeRefused(
            AcmeError.UNAUTHORIZED,
            "The log does not know that " + part.identifier().value() + " was shown: begin anew.");
      }
    }
  }

  private boolean isOnRecord(AcmeAccount account, AcmeAuthorization part) {
    return seenValid.contains(part.id())
        || part.receipt()
            .filter(receipt ->
                ledger.openings().confirms(EntryType.TOKEN, receipt, part.record(account)))
            .isPresent();
  }

  private Csr csr(AcmeAccount account, AcmeOrder order, byte[] der) {
    Csr csr = Csr.read(der, crypto);
    if (csr.keyDigest().equals(account.key().certified())) {
      throw new AcmeRefused(
          AcmeError.BAD_CSR, "The account's own key is not certified: make another.");
    }
    for (AcmeAuthorization part : order.parts()) {
      if (part.key().filter(attested -> !attested.equals(csr.keyDigest())).isPresent()) {
        throw new AcmeRefused(
            AcmeError.BAD_CSR,
            "The request's key is not the one certified in the TPM: the TPM spoke of another key.");
      }
    }
    requireSameNames(order, der);
    return csr;
  }

  /** A device is named by its token alone; what its request says of names is ignored. */
  private static void requireSameNames(AcmeOrder order, byte[] der) {
    if (order.dnsNames().isEmpty()) {
      return;
    }
    Set<String> named = CsrNames.dns(der);
    if (!named.isEmpty() && !named.equals(Set.copyOf(order.dnsNames()))) {
      throw new AcmeRefused(
          AcmeError.BAD_CSR,
          "The request names " + named + ", the order " + order.dnsNames() + ".");
    }
  }

  private Set<AcmeIdentifier> identifiers(AcmeAccount account, JsonNode asked) {
    if (!asked.isArray() || asked.isEmpty() || asked.size() > ServerNames.MOST) {
      throw malformed("An order has from 1 to %d identifiers.".formatted(ServerNames.MOST));
    }
    Set<AcmeIdentifier> all = new LinkedHashSet<>();
    for (JsonNode each : asked) {
      String type = each.path("type").asString("");
      AcmeIdentifier identifier =
          AcmeIdentifier.Type.ofWord(type)
              .map(kind -> AcmeIdentifier.read(kind, each.path("value").asString("")))
              .orElseThrow(() ->
                  new AcmeRefused(
                      AcmeError.UNSUPPORTED_IDENTIFIER,
                      "Identifiers are of type dns or permanent-identifier."));
      requireAllowed(account, identifier);
      all.add(identifier);
    }
    return all;
  }

  private void requireAllowed(AcmeAccount account, AcmeIdentifier identifier) {
    List<AcmeIdentifier> allowed = account.allowed();
    if (!allowed.contains(identifier) || ownNames.contains(identifier.value())) {
      List<String> names = allowed.stream().map(AcmeIdentifier::value).toList();
      throw new AcmeRefused(
          AcmeError.REJECTED_IDENTIFIER,
          "The token of this account allows %s, and nothing else.".formatted(names));
    }
  }

  private Digest replaced(AcmeAccount account, JsonNode text, Instant now) {
    Digest digest =
        AcmeCertificateId.find(text.asString(""), certificates)
            .filter(certificate -> certificate.subject().equals(account.subject()))
            .map(IssuedCertificate::digest)
            .orElseThrow(() -> malformed("'replaces' names no certificate of this account."));
    if (store.isReplaced(digest, now)) {
      throw new AcmeRefused(
          AcmeError.ALREADY_REPLACED, "Another order takes the place of that certificate.");
    }
    return digest;
  }

  private AcmeAuthorization pending(UUID order, AcmeIdentifier identifier, Instant now) {
    return new AcmeAuthorization(
        randomness.id(),
        order,
        identifier,
        Base64Url.encode(randomness.bytes(TOKEN_BYTES)),
        AcmeAuthorization.State.PENDING,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private void requirePace(AcmeAccount account) {
    requireWithin(store.madeOrder(account.id(), limits.orders()), "orders were made");
    requireWithin(store.failed(account.id(), limits.failures()), "challenges failed");
  }

  private void requireWithin(Optional<Instant> last, String what) {
    Instant now = time.now();
    last.map(at -> Duration.between(now, at.plus(HOUR)))
        .filter(Duration::isPositive)
        .ifPresent(wait -> {
          throw AcmeRefused.rateLimited("Too many " + what + " within an hour. Wait.", wait);
        });
  }

  private static AcmeRefused notYours(String what) {
    return new AcmeRefused(
        AcmeError.UNAUTHORIZED, "There is no such " + what + " of this account.");
  }

  private static AcmeRefused malformed(String detail) {
    return new AcmeRefused(AcmeError.MALFORMED, detail);
  }
}
