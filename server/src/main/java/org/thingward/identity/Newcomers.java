package org.thingward.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * What follows when a certificate is presented for the first time: the first use of a renewed one
 * retires its parent (rule I4), and one of another authority is stated as its device's.
 *
 * <p>What was seen is remembered here, so that a certificate seen before needs no database.
 */
final class Newcomers {
  private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);
  private static final int REMEMBERED = 200_000;

  private final CertificateLine line;
  private final IdentityStore store;
  private final LiveCertificates live;
  private final ExternalStore externals;
  private final Statements statements;
  private final Predicate<Subject> registered;
  private final Predicate<Subject> retired;
  private final Time time;
  private final Set<Digest> unused = ConcurrentHashMap.newKeySet();
  private final Set<Digest> seen = ConcurrentHashMap.newKeySet();

  /**
   * Remembers nothing yet but what is renewed and not used.
   *
   * @param registered whether a device is known to this installation
   * @param retired whether a device's id is out of use for good
   */
  Newcomers(
      CertificateLine line,
      IdentityStore store,
      LiveCertificates live,
      ExternalStore externals,
      Statements statements,
      Predicate<Subject> registered,
      Predicate<Subject> retired,
      Time time) {
    this.line = line;
    this.store = store;
    this.live = live;
    this.externals = externals;
    this.statements = statements;
    this.registered = registered;
    this.retired = retired;
    this.time = time;
    unused.addAll(store.unused(time.now()));
  }

  /** A renewed certificate was given out, and its first use is awaited. */
  void await(IssuedCertificate certificate) {
    if (certificate.state() == IssuedCertificate.State.ISSUED) {
      unused.add(certificate.digest());
    }
  }

  /** A certificate of ours was presented. */
  void ours(Subject subject, Digest credential) {
    if (!unused.contains(credential)) {
      return;
    }
    try {
      if (line.use(credential)) {
        statements.bringUpToDate(subject);
      }
      unused.remove(credential);
    } catch (RuntimeException e) {
      // Parent and child both count until this succeeds, at the next connection.
      LOG.error("The parent of a renewed certificate of {} is not retired yet", subject, e);
    }
  }

  /**
   * A certificate of another authority was presented.
   *
   * @throws Problem 403 if its device is unknown or retired, or has certificates of ours
   */
  void external(Subject device, Digest credential, X509Certificate certificate) {
    if (seen.contains(credential)) {
      return;
    }
    if (!externals.knows(credential)) {
      introduce(device, credential, certificate);
    }
    if (seen.size() < REMEMBERED) {
      seen.add(credential);
    }
  }

  private void introduce(Subject device, Digest credential, X509Certificate certificate) {
    if (!registered.test(device)) {
      throw new Problem(
          403, "device-unknown", device + " is not registered here: add it to the inventory.");
    }
    if (retired.test(device)) {
      throw new Problem(
          403, "device-retired", device + " is retired, and its id is given to no other device.");
    }
    if (!store.live(device, time.now()).isEmpty() || live.acceptsOwn(device, time.now())) {
      throw new Problem(
          403,
          "other-authority",
          device + " has certificates of this installation; one of another authority is refused.");
    }
    Instant ends = certificate.getNotAfter().toInstant();
    statements.external(device, credential, ends);
    externals.insert(credential, device, ends, Algorithms.of(certificate), time.now());
  }
}
