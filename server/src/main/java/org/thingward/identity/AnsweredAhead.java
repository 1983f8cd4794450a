package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;

/**
 * Signs OCSP answers before anybody asks (as RFC 5019 has responders do), in the one form in which
 * nearly everybody asks, so that a first question needs neither the database nor a signature. They
 * are kept beside those that were asked for, and hold no longer: none is given once a certificate
 * of its shard was revoked, and the shard is signed anew soon after.
 *
 * <p>Of the certificates in force, as many as fit: of larger fleets some, whichever, since serial
 * numbers are random. The others are answered when they are asked about.
 */
final class AnsweredAhead implements AutoCloseable {
  /** After this an answer is signed anew: while it may still be given for some time. */
  static final Duration AGE = AnsweredLately.AGE.multipliedBy(3).dividedBy(4);

  private static final Logger LOG = LoggerFactory.getLogger(AnsweredAhead.class);

  /** A quarter of the room is left to answers that were asked for. */
  private static final int MOST = AnsweredLately.MOST / 4 * 3;

  /** Whatever is revoked, no more than one shard is signed in this time: some 400 answers. */
  private static final long PAUSE_MILLIS = 250;

  private final List<Part> parts;
  private final int mostOfPart;
  private final RevocationStore store;
  private final AnsweredLately lately;
  private final Time time;
  private final DigestCalculator sha1;
  private final CountDownLatch ending = new CountDownLatch(1);
  private Optional<Thread> thread = Optional.empty();

  /** The certificates of one authority with serial numbers of one shard. */
  private static final class Part {
    final OcspAuthority authority;
    final int shard;
    Optional<Signed> signed = Optional.empty();

    Part(OcspAuthority authority, int shard) {
      this.authority = authority;
      this.shard = shard;
    }
  }

  /** When answers of a part were signed, and by whom. */
  private record Signed(AnsweredLately.Begun begun, Delegate signer, Instant at) {}

  /** Signs nothing until {@link #start} or {@link #signSome}. */
  AnsweredAhead(
      List<OcspAuthority> authorities, RevocationStore store, AnsweredLately lately, Time time) {
    this.parts =
        authorities.stream()
            .flatMap(authority ->
                IntStream.range(0, Shard.COUNT).mapToObj(shard -> new Part(authority, shard)))
            .toList();
    this.mostOfPart = MOST / parts.size();
    this.store = store;
    this.lately = lately;
    this.time = time;
    try {
      this.sha1 = new BcDigestCalculatorProvider().get(CertificateID.HASH_SHA1);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("the library has SHA-1", e);
    }
  }

  /** Goes on in the background until it is closed. */
  synchronized AnsweredAhead start() {
    if (thread.isEmpty()) {
      thread = Optional.of(Thread.ofVirtual().name("ocsp-ahead").start(this::run));
    }
    return this;
  }

  private void run() {
    try {
      do {
        signPatiently();
      } while (!ending.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void signPatiently() {
    try {
      boolean unused = signSome();
    } catch (RuntimeException e) {
      LOG.debug("OCSP answers are not signed ahead now; they are when they are asked for", e);
    }
  }

  /** Signs the answers about one shard, the one that waits for it longest; false if none does. */
  synchronized boolean signSome() {
    Instant now = time.now();
    Optional<Part> due =
        parts.stream()
            .filter(part -> isDue(part, now))
            .min(Comparator.comparing(part -> part.signed.map(Signed::at).orElse(Instant.MIN)));
    due.ifPresent(part -> sign(part, now));
    return due.isPresent();
  }

  private boolean isDue(Part part, Instant now) {
    return part.signed
        .filter(it -> !now.isBefore(it.at()) && now.isBefore(it.at().plus(AGE)))
        .filter(it -> lately.begin(part.shard).equals(it.begun()))
        .filter(it -> part.authority.delegate().current() == it.signer())
        .isEmpty();
  }

  private void sign(Part part, Instant now) {
    OcspAuthority authority = part.authority;
    // Before the certificates are looked up: who is revoked from here on makes these worthless.
    AnsweredLately.Begun begun = lately.begin(part.shard);
    Delegate signer = authority.delegate().current();
    List<BigInteger> serials =
        store.inForce(authority.name(), Shard.of(part.shard), now, mostOfPart);
    try {
      for (BigInteger serial : serials) {
        CertificateID id = new CertificateID(sha1, authority.issuer(), serial);
        OcspAnswer answer = new OcspAnswer(signer, now);
        answer.about(id, OcspAnswer.GOOD);
        lately.keep(
            OcspRequest.plain(id),
            begun,
            authority.delegate(),
            signer,
            now,
            answer.signed(Optional.empty()));
      }
    } catch (IOException | OCSPException e) {
      throw new IllegalStateException("an OCSP answer could not be encoded", e);
    }
    part.signed = Optional.of(new Signed(begun, signer, now));
  }

  @Override
  public void close() throws InterruptedException {
    ending.countDown();
    Optional<Thread> running;
    synchronized (this) {
      running = thread;
    }
    if (running.isPresent()) {
      running.get().join(5_000);
    }
  }
}
