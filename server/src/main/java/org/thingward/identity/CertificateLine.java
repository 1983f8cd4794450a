package org.thingward.identity;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The line of certificates of each subject (rules I3, I4): issued, renewed, first used, each in one
 * transaction with its ledger entry. The methods named {@code …Within} need a transaction around.
 */
final class CertificateLine {
  private final Authority authority;
  private final IdentityStore store;
  private final LiveCertificates live;
  private final Ledger ledger;
  private final Time time;
  private final Duration life;

  /** A line of certificates that last {@code life} each. */
  CertificateLine(
      Authority authority,
      IdentityStore store,
      LiveCertificates live,
      Ledger ledger,
      Time time,
      Duration life) {
    this.authority = authority;
    this.store = store;
    this.live = live;
    this.ledger = ledger;
    this.time = time;
    this.life = life;
  }

  /** What a renewal came to. */
  sealed interface Renewal {
    /** A child, new or the same as for an earlier request with its key. */
    record Child(IssuedCertificate certificate) implements Renewal {}

    /** The parent has a child of another key already: two hold the parent's key. */
    record Fork(IssuedCertificate other) implements Renewal {}
  }

  /** Signs the first of a new line; it counts for nothing until {@link Issuance} has stored it. */
  IssuedCertificate first(TokenRecord token, List<String> names, Csr csr, Instant now) {
    return sign(
        token.subject(),
        token.profile(),
        names,
        csr,
        Optional.empty(),
        1,
        token.derived(),
        IssuedCertificate.State.ACTIVE,
        now);
  }

  /** Whether the subject ever had a certificate, as the log or the database has it. */
  boolean hasBegun(Subject subject) {
    return live.everStated(subject) || !store.begun(List.of(subject)).isEmpty();
  }

  /**
   * Continues the subject's line for a holder that showed anew who it is: from its newest
   * certificate, whether or not that still counts. The new one alone counts from now on.
   */
  IssuedCertificate follow(Subject subject, Profile profile, List<String> names, Csr csr) {
    return store.inTransaction(() -> {
      store.lock(subject);
      Instant now = time.now();
      Optional<IssuedCertificate> newest = store.newest(subject);
      IssuedCertificate next =
          sign(
              subject,
              profile,
              names,
              csr,
              newest.map(IssuedCertificate::digest),
              newest.map(it -> it.generation() + 1).orElse(1),
              false,
              IssuedCertificate.State.ACTIVE,
              now);
      keep(next, now);
      store.activateAlone(next, now);
      return next;
    });
  }

  /**
   * Returns if this certificate may be renewed by now.
   *
   * @throws Problem 409 if it is too early, saying from when on; 403 if its profile has no renewal
   */
  void requireDue(IssuedCertificate parent) {
    if (!live.isRenewable(parent)) {
      throw new Problem(
          403,
          "not-renewable",
          "A commissioning certificate is not renewed. Enrol with a token of profile device.");
    }
    if (time.now().isBefore(parent.renewableFrom())) {
      throw new Problem(
          409,
          "renewal-too-early",
          "This certificate can be renewed from its half-life on, " + parent.renewableFrom() + ".");
    }
  }

  /** Continues the line from {@code parent}, which goes on to count until the child is used. */
  Renewal renew(IssuedCertificate parent, Csr csr) {
    return store.inTransaction(() -> {
      store.lock(parent.subject());
      List<IssuedCertificate> children = store.childrenOf(parent.digest());
      for (IssuedCertificate child : children) {
        return child.key().equals(csr.keyDigest())
            ? new Renewal.Child(child)
            : new Renewal.Fork(child);
      }
      requireAlone(parent);
      return new Renewal.Child(continueWithin(parent, csr));
    });
  }

  /**
   * Rule L4: that the database knows of no child does not mean that there is none.
   *
   * @throws Problem 409 if the subject may present another certificate that follows this one
   */
  private void requireAlone(IssuedCertificate parent) {
    Set<Digest> others = new HashSet<>(live.accepted(parent.subject()));
    others.remove(parent.digest());
    parent.parent().ifPresent(others::remove);
    if (!others.isEmpty()) {
      throw new Problem(
          409,
          "line-incomplete",
          "This certificate was renewed already, as the log has it, and the database lacks what"
              + " followed. Enrol with a new token.");
    }
  }

  /** The first use of a child: it alone counts from now on. False if it was used before. */
  boolean use(Digest credential) {
    return store.inTransaction(() -> {
      Optional<IssuedCertificate> child = store.find(credential);
      if (child.isEmpty()) {
        return false;
      }
      store.lock(child.get().subject());
      boolean unused =
          store.find(credential).orElseThrow().state() == IssuedCertificate.State.ISSUED;
      if (unused) {
        store.activateAlone(child.get(), time.now());
        store.unstate(credential);
      }
      return unused;
    });
  }

  /**
   * The certificate with this serial number in hex.
   *
   * @param allowed whether those of a subject may be told of
   */
  IssuedCertificate ofSerial(String serial, Predicate<Subject> allowed) {
    if (!serial.matches("[0-9a-fA-F]{1,32}")) {
      throw new Problem(400, "serial", "A serial number is written as 1 to 32 hex digits.");
    }
    return store
        .ofSerial(new BigInteger(serial, 16))
        .filter(certificate -> allowed.test(certificate.subject()))
        .orElseThrow(() ->
            new Problem(
                404,
                "no-such-certificate",
                "No certificate of this installation has the serial number " + serial + "."));
  }

  private IssuedCertificate continueWithin(IssuedCertificate parent, Csr csr) {
    Instant now = time.now();
    IssuedCertificate child =
        sign(
            parent.subject(),
            parent.profile(),
            List.of(),
            csr,
            Optional.of(parent.digest()),
            parent.generation() + 1,
            live.isDerived(parent),
            IssuedCertificate.State.ISSUED,
            now);
    keep(child, now);
    return child;
  }

  private IssuedCertificate sign(
      Subject subject,
      Profile profile,
      List<String> names,
      Csr csr,
      Optional<Digest> parent,
      int generation,
      boolean derived,
      IssuedCertificate.State state,
      Instant now) {
    Authority.Signed signed =
        profile == Profile.SERVER
            ? authority.issueNamedServer(names, csr.key(), now, life)
            : authority.issueClient(subject, profile, csr.key(), now, life);
    return new IssuedCertificate(
        Digest.of(signed.der()),
        signed.serial(),
        subject,
        profile,
        csr.keyDigest(),
        parent,
        generation,
        derived,
        signed.life().from(),
        signed.life().until(),
        state,
        signed.der(),
        signed.algorithms());
  }

  private void keep(IssuedCertificate certificate, Instant now) {
    Receipt receipt =
        ledger.appendWithTransaction(
            EntryType.CERTIFICATE, certificate.subject(), certificate.record());
    store.insert(certificate, authority.name(), receipt, now);
    live.issued(certificate);
  }
}
