package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/**
 * How devices and services get certificates, whatever protocol they speak: by token, or in
 * succession to the certificate they have. Asking again with the same key gives the same
 * certificate.
 */
final class Enrolment {
  /** No certificate lasts longer; what a decision on enrolment is told of its end. */
  private static final Duration LONGEST = Duration.ofDays(825);

  private static final String DERIVED_BRINGS_NONE_BACK =
      "a token that was derived by a group key brings no device back. Ask your operator for a token"
          + " of its own.";

  private final TokenStore tokenStore;
  private final OpenTokens open;
  private final IdentityStore store;
  private final CertificateLine line;
  private final Issuance issuance;
  private final Statements statements;
  private final DecisionPoint decisions;
  private final Falls falls;
  private final Predicate<Subject> retired;
  private final Time time;

  /**
   * Enrols.
   *
   * @param retired whether a subject's id is out of use for good
   */
  Enrolment(
      TokenStore tokenStore,
      OpenTokens open,
      IdentityStore store,
      CertificateLine line,
      Issuance issuance,
      Statements statements,
      DecisionPoint decisions,
      Falls falls,
      Predicate<Subject> retired,
      Time time) {
    this.tokenStore = tokenStore;
    this.open = open;
    this.store = store;
    this.line = line;
    this.issuance = issuance;
    this.statements = statements;
    this.decisions = decisions;
    this.falls = falls;
    this.retired = retired;
    this.time = time;
  }

  /**
   * A certificate for the key of {@code csr}, by token.
   *
   * @throws Problem 401 or 403 saying why there is none
   */
  IssuedCertificate enrol(TokenRecord token, Csr csr) {
    return enrol(token, csr.keyDigest(), csr);
  }

  /**
   * As {@link #enrol(TokenRecord, Csr)}, where another key than the certificate's claims the token.
   *
   * @param claimant the digest of the key that claims it
   */
  IssuedCertificate enrol(TokenRecord token, Digest claimant, Csr csr) {
    if (token.key().isPresent() && !token.key().get().equals(claimant)) {
      throw contested(token, csr.raw());
    }
    requireEnough(token);
    refuseRetired(token.subject());
    Optional<IssuedCertificate> earlier = issuedFor(token, csr);
    if (earlier.isPresent()) {
      return given(earlier.get());
    }
    requireOpen(token, claimant, csr.raw());
    requireFirstIfDerived(token);
    Decision decision =
        permitted(new Request(RequestKind.ENROL, token.subject(), csr.keyDigest(), token.ends()));
    requireFreshIfHeld(token, csr, decision);
    return switch (issuance.issue(signed(token, claimant, csr))) {
      case Issuance.Outcome.Issued(IssuedCertificate certificate) -> {
        open.used(token, claimant);
        requireOf(csr, certificate);
        yield stillCounting(certificate);
      }
      case Issuance.Outcome.Claimed taken -> throw contested(token, csr.raw());
      case Issuance.Outcome.KeyInUse taken -> throw keyInUse();
      case Issuance.Outcome.NotFirst begun -> throw notFirst(token.subject());
    };
  }

  /**
   * Lets a key of its own claim a token, for protocols in which who asks has one apart from its
   * certificates' (rule I2).
   *
   * @param raw the digest of what it showed
   * @param within what else is written in the same transaction
   * @throws Problem 403 saying why it cannot
   */
  void claim(TokenRecord token, Digest key, Digest raw, Runnable within) {
    refuseRetired(token.subject());
    requireOpen(token, key, raw);
    boolean claimed =
        store.inTransaction(() -> {
          boolean first = tokenStore.claim(token.id(), key);
          if (first) {
            within.run();
          }
          return first;
        });
    if (!claimed) {
      throw contested(token, raw);
    }
    open.used(token, key);
  }

  /**
   * A certificate for the key of {@code csr}, for who claimed a token before and has shown anew
   * that it may have one. The first is the token's; each later one takes the place of the one
   * before.
   *
   * @param names the DNS names that were shown; of servers only
   * @throws Problem 403 or 409 saying why there is none
   */
  IssuedCertificate enrol(TokenHolder holder, List<String> names, Csr csr) {
    TokenRecord token =
        tokenStore
            .find(holder.token())
            .filter(found -> found.voided().isEmpty())
            .orElseThrow(Enrolment::noSuchToken);
    refuseRetired(holder.subject());
    refuseForeignKey(csr.keyDigest(), holder.subject());
    requirePurposeAlone(holder.subject(), holder.profile());
    Decision decision =
        permitted(
            new Request(
                RequestKind.ENROL, holder.subject(), csr.keyDigest(), time.now().plus(LONGEST)));
    requireFreshIfHeld(token, csr, decision);
    if (token.certificate().isPresent()) {
      return given(follow(holder, names, csr));
    }
    Digest claimant = token.key().orElseThrow(Enrolment::noSuchToken);
    Instant now = time.now();
    IssuedCertificate first = line.first(token, names, csr, now);
    return switch (issuance.issue(new Issuance.Request(token, claimant, first, now))) {
      case Issuance.Outcome.Issued(IssuedCertificate certificate) -> stillCounting(certificate);
      case Issuance.Outcome.Claimed taken -> throw contested(token, csr.raw());
      case Issuance.Outcome.KeyInUse taken -> throw keyInUse();
      case Issuance.Outcome.NotFirst begun -> throw notFirst(token.subject());
    };
  }

  private IssuedCertificate follow(TokenHolder holder, List<String> names, Csr csr) {
    if (!holder.profile().renewable()) {
      throw new Problem(
          403,
          "not-renewable",
          "A commissioning certificate is not renewed. Enrol with a token of profile device.");
    }
    return line.follow(holder.subject(), holder.profile(), names, csr);
  }

  /** One name, one kind of certificate: the next of a kind retires the former of the same name. */
  private void requirePurposeAlone(Subject subject, Profile profile) {
    boolean mixed =
        store.live(subject, time.now()).stream()
            .anyMatch(live -> !live.profile().purpose().equals(profile.purpose()));
    if (mixed) {
      throw new Problem(
          409,
          "purpose-mixed",
          subject
              + " has a certificate of another kind, which this one would retire: give servers a"
              + " name of their own.");
    }
  }

  private void requireEnough(TokenRecord token) {
    if (!token.profile().byTokenAlone()) {
      throw new Problem(
          403,
          "token-for-acme",
          "This token is for a server's certificate, which ACME gives: it shows that the names are"
              + " its own.");
    }
    if (token.subject().kind() == SubjectKind.SERVICE) {
      requirePurposeAlone(token.subject(), token.profile());
    }
  }

  private static Problem noSuchToken() {
    return new Problem(
        403, "token-void", "The token that this account claimed was withdrawn. Ask for a new one.");
  }

  /** Rule L4: a row of the database alone lets nobody in. */
  private void requireOpen(TokenRecord token, Digest key, Digest raw) {
    if (open.isUsedByAnother(token, key)) {
      throw contested(token, raw);
    }
    if (!open.contains(token)) {
      throw new Problem(
          403,
          "token-not-on-record",
          "The log does not know this token as one that can still be used. Ask for a new one.");
    }
  }

  /** What is given out again must be for the key that asks: another's is of no use to it. */
  private static void requireOf(Csr csr, IssuedCertificate certificate) {
    if (!certificate.key().equals(csr.keyDigest())) {
      throw new Problem(
          403,
          "token-used",
          "This token has its certificate, for a key that is kept nowhere but on its device. Ask"
              + " for a new token.");
    }
  }

  private Issuance.Request signed(TokenRecord token, Digest claimant, Csr csr) {
    Instant now = time.now();
    IssuedCertificate first = line.first(token, token.names(), csr, now);
    return new Issuance.Request(token, claimant, first, now);
  }

  /**
   * The successor of the certificate that {@code peer} presented. The decision comes last, so that
   * a permit stands for a certificate.
   *
   * @throws Problem 403 or 409 saying why there is none
   */
  IssuedCertificate renew(Peer peer, Csr csr) {
    IssuedCertificate parent = presented(peer);
    refuseForeignKey(csr.keyDigest(), peer.subject());
    line.requireDue(parent);
    Decision unused =
        permitted(new Request(RequestKind.RENEW, peer.subject(), peer.credential(), peer.end()));
    return switch (line.renew(parent, csr)) {
      case CertificateLine.Renewal.Child(IssuedCertificate child) -> given(child);
      case CertificateLine.Renewal.Fork fork -> {
        statements.shared(peer.subject(), csr.raw());
        throw new Problem(
            409,
            "renewal-fork",
            "This certificate was renewed already, for another key: two hold its key. Both are held"
                + " until an operator makes a new token and the device enrols with a new key.");
      }
    };
  }

  /**
   * The profile of the certificate that {@code peer} presented.
   *
   * @throws Problem 403 if that is none of ours that counts
   */
  Profile profileOf(Peer peer) {
    return presented(peer).profile();
  }

  private IssuedCertificate presented(Peer peer) {
    return store
        .find(peer.credential())
        .filter(found -> found.subject().equals(peer.subject()) && found.state().live())
        .orElseThrow(() ->
            new Problem(
                403,
                "not-renewable",
                "This certificate is none of this server's that still counts; enrol with a"
                    + " token."));
  }

  private Decision permitted(Request request) {
    RecordedDecision recorded = decisions.decide(request);
    if (!recorded.decision().permits()) {
      throw Problem.denied(recorded);
    }
    return recorded.decision();
  }

  /** Rule G9: an id that a device was retired with is no other device's, whoever made the token. */
  private void refuseRetired(Subject subject) {
    if (retired.test(subject)) {
      throw new Problem(
          403,
          "device-retired",
          subject + " is retired, and its id is given to no other device: take a new id.");
    }
  }

  /**
   * Rule I3: a held device comes back only by a token made after its fall, and a key never seen.
   */
  private void requireFreshIfHeld(TokenRecord token, Csr csr, Decision decision) {
    if (decision.tier() != Tier.CONTRAINDICATED) {
      return;
    }
    if (token.derived()) {
      throw new Problem(
          403, "derived-held", token.subject() + " is held, and " + DERIVED_BRINGS_NONE_BACK);
    }
    if (!falls.madeAfterFall(token)) {
      throw new Problem(
          403,
          "token-void",
          "This token was made before the device fell out of trust. Ask for a new one.");
    }
    if (store.holderOf(csr.keyDigest()).isPresent()) {
      throw new Problem(
          403,
          "key-known",
          "The device is held, and this key was certified before: make a new key and try again.");
    }
  }

  /** Who has the group key can derive this token at any time: it begins a device and no more. */
  private void requireFirstIfDerived(TokenRecord token) {
    if (token.derived() && line.hasBegun(token.subject())) {
      throw notFirst(token.subject());
    }
  }

  private static Problem notFirst(Subject subject) {
    return new Problem(
        403,
        "derived-not-first",
        subject + " has or had a certificate, and " + DERIVED_BRINGS_NONE_BACK);
  }

  private void refuseForeignKey(Digest key, Subject subject) {
    store
        .holderOf(key)
        .filter(holder -> !holder.equals(subject))
        .ifPresent(holder -> {
          throw keyInUse();
        });
  }

  private static Problem keyInUse() {
    return new Problem(
        409,
        "key-in-use",
        "This key belongs to another device or service: make one that no other has.");
  }

  private Problem contested(TokenRecord token, Digest raw) {
    if (tokenStore.contest(token.id(), time.now())) {
      statements.contested(token.subject(), raw);
    }
    return new Problem(
        403,
        "token-claimed",
        "This token was claimed by another key. Use the key of the first request; if you made none,"
            + " tell your operator that the token is stolen.");
  }

  /** What an earlier request with the same token and key got. */
  private Optional<IssuedCertificate> issuedFor(TokenRecord token, Csr csr) {
    return token
        .certificate()
        .flatMap(store::find)
        .filter(certificate -> certificate.key().equals(csr.keyDigest()));
  }

  /** Gives out what was issued before, if it still counts, once the evidence of it is stated. */
  private IssuedCertificate given(IssuedCertificate certificate) {
    statements.bringUpToDate(stillCounting(certificate).subject());
    return certificate;
  }

  private static IssuedCertificate stillCounting(IssuedCertificate certificate) {
    if (!certificate.state().live()) {
      throw new Problem(
          403,
          "token-used",
          "The certificate that this request once got is %s. Ask for a new token."
              .formatted(certificate.state().word()));
    }
    return certificate;
  }
}
