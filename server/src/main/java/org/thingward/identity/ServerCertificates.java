package org.thingward.identity;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Randomness;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The device listener's own key and certificate: new at each start, and before the old one ends.
 */
final class ServerCertificates {
  /** Whom the ledger names for certificates of this server; no service may be called so. */
  static final Subject SERVER = Subject.service("thingward");

  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);
  private static final int FORMAT = 1;
  private static final Duration LIFE = Duration.ofDays(30);
  private static final Duration RENEWED_AFTER = Duration.ofDays(20);

  private final Authority authority;
  private final List<String> hosts;
  private final Ledger ledger;
  private final NativeCrypto crypto;
  private final Time time;
  private final Randomness randomness;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile Issued issued;

  /**
   * A credential in force.
   *
   * @param renewal from when on another is to take its place
   */
  private record Issued(ServerCredential credential, Instant renewal) {}

  /** For a listener that devices reach at {@code hosts}: DNS names and addresses, one at least. */
  ServerCertificates(
      Authority authority,
      List<String> hosts,
      Ledger ledger,
      NativeCrypto crypto,
      Time time,
      Randomness randomness) {
    this.authority = authority;
    this.hosts = List.copyOf(hosts);
    this.ledger = ledger;
    this.crypto = crypto;
    this.time = time;
    this.randomness = randomness;
    this.issued = issue(time.now());
  }

  /** The credential to use now. Answers at once; a new one is made in the background. */
  ServerCredential current() {
    Instant now = time.now();
    Issued newest = issued;
    if (!now.isBefore(newest.renewal()) && renewing.compareAndSet(false, true)) {
      Thread.ofVirtual().name("server-certificate").start(() -> renew(now));
    }
    return newest.credential();
  }

  private void renew(Instant now) {
    try {
      issued = issue(now);
    } catch (RuntimeException e) {
      LOG.error("The device listener's certificate could not be renewed; the old one is used", e);
    } finally {
      renewing.set(false);
    }
  }

  private Issued issue(Instant now) {
    SoftwareKey key = SoftwareKey.generate(SignatureScheme.ECDSA_P256_SHA256, randomness, crypto);
    List<X509Certificate> chain = authority.issueServer(hosts, key.publicKey(), now, LIFE);
    ledger.append(EntryType.CERTIFICATE, SERVER, record(chain.getFirst()));
    Instant end = chain.getFirst().getNotAfter().toInstant();
    return new Issued(new ServerCredential(key.privateKey(), chain, end), now.plus(RENEWED_AFTER));
  }

  private byte[] record(X509Certificate certificate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("certificate", FORMAT);
    tree.put("digest", Digest.of(Authority.der(certificate)).toString());
    tree.put("serial", certificate.getSerialNumber().toString(16));
    tree.put("subject", SERVER.toString());
    tree.put("hosts", hosts);
    tree.put("begins", certificate.getNotBefore().toInstant().toString());
    tree.put("ends", certificate.getNotAfter().toInstant().toString());
    return CanonicalJson.encode(tree);
  }
}
