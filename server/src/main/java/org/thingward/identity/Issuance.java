package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Puts certificates that were signed for tokens on record: token claimed, certificate stored,
 * former ones retired, ledger entry written, in one transaction for all that ask at the same time
 * (group commit), and then the evidence of all of them in another. Each gets an outcome of its own.
 */
final class Issuance {
  private static final int AT_ONCE = 256;

  private final IssuanceStore store;
  private final IdentityStore certificates;
  private final LiveCertificates live;
  private final Ledger ledger;
  private final Statements statements;
  private final Database database;
  private final GroupCommit<Request, Outcome> together;

  /** Of certificates of the authority of this name. */
  Issuance(
      Database database,
      String issuer,
      IdentityStore certificates,
      LiveCertificates live,
      Ledger ledger,
      Statements statements) {
    this.store = new IssuanceStore(database, issuer);
    this.certificates = certificates;
    this.live = live;
    this.ledger = ledger;
    this.statements = statements;
    this.database = database;
    this.together = database.together(AT_ONCE, this::issueAll);
  }

  /**
   * A certificate that shall count.
   *
   * @param token what it was signed for
   * @param claimant the digest of the key that claims the token: the certificate's own, or an
   *     account's
   * @param certificate the first of a new line, not stored yet
   * @param signed when it was signed
   */
  record Request(
      TokenRecord token, Digest claimant, IssuedCertificate certificate, Instant signed) {}

  /** What came of a request. */
  sealed interface Outcome {
    /** This certificate counts: the one asked for, or what the same key got before. */
    record Issued(IssuedCertificate certificate) implements Outcome {}

    /** Another key claimed the token meanwhile, or it was withdrawn. */
    record Claimed() implements Outcome {}

    /** The key is that of another subject. */
    record KeyInUse() implements Outcome {}

    /** The token was derived, and the subject has or had a certificate by now. */
    record NotFirst() implements Outcome {}
  }

  /**
   * Issues; durable, with its ledger entry and its evidence, when it returns.
   *
   * @throws Problem 503 if the evidence is not taken: asking again with the same key goes on there
   */
  Outcome issue(Request request) {
    return together.submit(request);
  }

  private List<Outcome> issueAll(List<Request> requests) {
    List<Outcome> outcomes = database.inTransaction(() -> issueWithin(requests));
    statements.bringUpToDate(
        outcomes.stream()
            .filter(Outcome.Issued.class::isInstance)
            .map(Outcome.Issued.class::cast)
            .map(issued -> issued.certificate().subject())
            .distinct()
            .toList());
    return outcomes;
  }

  private List<Outcome> issueWithin(List<Request> requests) {
    store.lock(requests.stream().map(request -> request.token().subject()).distinct().toList());
    Map<Request, Outcome> outcomes = new HashMap<>();
    List<Request> left = requests;
    while (!left.isEmpty()) {
      List<Request> round = independent(left);
      outcomes.putAll(issueEach(round));
      Set<Request> done = Set.copyOf(round);
      left = left.stream().filter(request -> !done.contains(request)).toList();
    }
    return requests.stream().map(outcomes::get).toList();
  }

  /** The first of each subject and of each key: what one of them does decides on the next. */
  private static List<Request> independent(List<Request> requests) {
    Set<Subject> subjects = new HashSet<>();
    Set<Digest> keys = new HashSet<>();
    List<Request> first = new ArrayList<>();
    for (Request request : requests) {
      boolean newSubject = subjects.add(request.token().subject());
      boolean newKey = keys.add(request.certificate().key());
      if (newSubject && newKey) {
        first.add(request);
      }
    }
    return first;
  }

  private Map<Request, Outcome> issueEach(List<Request> requests) {
    Map<UUID, IssuanceStore.Claim> claims = store.claims(requests);
    Map<Request, Outcome> outcomes = new HashMap<>();
    List<Request> granted = new ArrayList<>();
    for (Request request : requests) {
      IssuanceStore.Claim claim = claims.get(request.token().id());
      Outcome outcome = claim == null ? new Outcome.Claimed() : outcome(request, claim);
      outcomes.put(request, outcome);
      if (outcome instanceof Outcome.Issued(IssuedCertificate certificate)
          && certificate == request.certificate()) {
        granted.add(request);
      }
    }
    if (!granted.isEmpty()) {
      store.issue(granted, granted.stream().map(this::record).toList());
      granted.forEach(request -> live.issued(request.certificate()));
    }
    return outcomes;
  }

  private Receipt record(Request request) {
    IssuedCertificate certificate = request.certificate();
    return ledger.appendWithTransaction(
        EntryType.CERTIFICATE, certificate.subject(), certificate.record(request.token().id()));
  }

  private Outcome outcome(Request request, IssuanceStore.Claim claim) {
    Digest claimant = request.claimant();
    if (claim.voided() || claim.key().filter(holder -> !holder.equals(claimant)).isPresent()) {
      return new Outcome.Claimed();
    }
    Optional<IssuedCertificate> earlier = claim.certificate().flatMap(certificates::find);
    if (earlier.isPresent()) {
      return new Outcome.Issued(earlier.get());
    }
    if (claim.begun()) {
      return new Outcome.NotFirst();
    }
    boolean foreign =
        claim.holder().filter(holder -> !holder.equals(request.token().subject())).isPresent();
    return foreign ? new Outcome.KeyInUse() : new Outcome.Issued(request.certificate());
  }
}
