package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;

/**
 * One published list of revoked certificates (RFC 5280 §5): of a whole authority, or of a shard of
 * what it issued. It is made anew when it is asked for and something was revoked since, or its end
 * is near: so it is never older than the last revocation, and one that nobody reads costs nothing.
 */
final class RevocationList {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);
  private static final Duration LIFE = Duration.ofHours(24);
  private static final Duration RENEWED_AFTER = Duration.ofHours(6);

  private final Authority authority;
  private final Shard shard;
  private final Optional<String> point;
  private final RevocationStore store;
  private final Time time;
  private final AtomicLong changes = new AtomicLong();
  private volatile Published published = new Published(new byte[0], Instant.MIN, -1);

  /**
   * A list in force.
   *
   * @param der its DER form
   * @param renewal when it is to be made anew at the latest
   * @param changes how many changes it knows of
   */
  private record Published(byte[] der, Instant renewal, long changes) {}

  /**
   * A list, made when it is first asked for.
   *
   * @param point the URL that certificates name for it; empty if it is of all certificates
   */
  RevocationList(
      Authority authority, Shard shard, Optional<String> point, RevocationStore store, Time time) {
    this.authority = authority;
    this.shard = shard;
    this.point = point;
    this.store = store;
    this.time = time;
  }

  /** Something that is on it was revoked, and that is committed. */
  void changed() {
    changes.incrementAndGet();
  }

  /** The list in force, in DER. */
  byte[] current() {
    Published newest = published;
    if (isDue(newest)) {
      try {
        newest = renewed();
      } catch (RuntimeException e) {
        if (newest.der().length == 0) {
          throw e;
        }
        LOG.error("The revocation list could not be renewed; the former one is served", e);
      }
    }
    return newest.der();
  }

  private boolean isDue(Published newest) {
    return newest.changes() != changes.get() || !time.now().isBefore(newest.renewal());
  }

  /** Many that ask at once share one making. */
  private synchronized Published renewed() {
    if (isDue(published)) {
      published = make(changes.get());
    }
    return published;
  }

  private Published make(long known) {
    long number = store.nextListNumber();
    Instant now = time.now().truncatedTo(ChronoUnit.SECONDS);
    X509v2CRLBuilder list = new X509v2CRLBuilder(authority.issuer().name(), Date.from(now));
    list.setNextUpdate(Date.from(now.plus(LIFE)));
    store
        .revoked(authority.name(), shard, now)
        .forEach(one ->
            list.addCRLEntry(one.serial(), Date.from(one.at()), CRLReason.privilegeWithdrawn));
    try {
      list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
      list.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          CertificateForm.authorityKeyIdentifier(authority.issuer().key()));
      if (point.isPresent()) {
        list.addExtension(Extension.issuingDistributionPoint, true, part(point.get()));
      }
      byte[] der = list.build(new CertificateForm.Signing(authority.key())).getEncoded();
      return new Published(der, now.plus(RENEWED_AFTER), known);
    } catch (IOException e) {
      throw new IllegalStateException("the revocation list could not be encoded", e);
    }
  }

  /** Critical: who does not know that this is a part must not take it for the whole. */
  private static IssuingDistributionPoint part(String url) {
    var name =
        new DistributionPointName(
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url)));
    return new IssuingDistributionPoint(name, false, false, null, false, false);
  }
}
