package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;

/**
 * The published list of revoked certificates (RFC 5280 §5) of the issuing authority. It is made
 * anew on each revocation, and well before its own end.
 */
final class RevocationList {
  static final String CONTENT_TYPE = "application/pkix-crl";

  private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);
  private static final Duration LIFE = Duration.ofHours(24);
  private static final Duration RENEWED_AFTER = Duration.ofHours(6);

  private final Authority authority;
  private final IdentityStore store;
  private final Time time;
  private final AtomicLong requests = new AtomicLong();
  private long served;
  private volatile Published published;

  /**
   * A list in force.
   *
   * @param der its DER form
   * @param renewal when it is to be made anew at the latest
   */
  private record Published(byte[] der, Instant renewal) {}

  /** Publishes the first list. */
  RevocationList(Authority authority, IdentityStore store, Time time) {
    this.authority = authority;
    this.store = store;
    this.time = time;
    this.published = make();
  }

  /** Where the list of an authority is found on the device listener. */
  static String path(String authority) {
    return "/crl/" + authority + ".crl";
  }

  /** The list in force, in DER. */
  byte[] current() {
    if (!time.now().isBefore(published.renewal())) {
      try {
        publish();
      } catch (RuntimeException e) {
        LOG.error("The revocation list could not be renewed; the former one is served", e);
      }
    }
    return published.der();
  }

  /** Makes the list anew from what is revoked by now; many calls at once share one making. */
  void publish() {
    long asked = requests.incrementAndGet();
    synchronized (this) {
      if (served < asked) {
        long now = requests.get();
        published = make();
        served = now;
      }
    }
  }

  private Published make() {
    long number = store.nextListNumber();
    Instant now = time.now().truncatedTo(ChronoUnit.SECONDS);
    X509v2CRLBuilder list = new X509v2CRLBuilder(authority.issuer().name(), Date.from(now));
    list.setNextUpdate(Date.from(now.plus(LIFE)));
    store
        .revoked(now)
        .forEach(one ->
            list.addCRLEntry(one.serial(), Date.from(one.at()), CRLReason.privilegeWithdrawn));
    try {
      list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
      list.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          CertificateForm.authorityKeyIdentifier(authority.issuer().key()));
      byte[] der = list.build(new CertificateForm.Signing(authority.key())).getEncoded();
      return new Published(der, now.plus(RENEWED_AFTER));
    } catch (IOException e) {
      throw new IllegalStateException("the revocation list could not be encoded", e);
    }
  }
}
