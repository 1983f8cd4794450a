package org.thingward.identity;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Randomness;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The certificates by which this server itself is known: the device listener's, and those of what
 * answers by OCSP and CMP. Their keys are new at each start, and live in memory alone.
 */
final class ServerCertificates {
  /** Whom the ledger names for certificates of this server; no service may be called so. */
  static final Subject SERVER = Subject.service("thingward");

  private static final int FORMAT = 1;

  private final Authority authority;
  private final List<String> hosts;
  private final Ledger ledger;
  private final NativeCrypto crypto;
  private final Randomness randomness;
  private final Time time;
  private final Set<BigInteger> own = ConcurrentHashMap.newKeySet();
  private final Renewed<ServerCredential> listener;
  private final Map<Authority, Renewed<Delegate>> responders = new LinkedHashMap<>();
  private final Renewed<Delegate> cmpSigner;

  /** For a listener that devices reach at {@code hosts}: DNS names and addresses, one at least. */
  ServerCertificates(
      Authorities authorities,
      List<String> hosts,
      Ledger ledger,
      NativeCrypto crypto,
      Time time,
      Randomness randomness) {
    this.authority = authorities.current();
    this.hosts = List.copyOf(hosts);
    this.ledger = ledger;
    this.crypto = crypto;
    this.randomness = randomness;
    this.time = time;
    ledger.append(
        EntryType.CERTIFICATE,
        SERVER,
        record(authority.certificate(), "purpose", authority.name()));
    for (Authority each : authorities.all()) {
      String what = "OCSP responder's certificate of " + each.name();
      responders.put(each, new Renewed<>(what, now -> forResponder(each, now), time));
    }
    this.listener = new Renewed<>("device listener's certificate", this::forListener, time);
    this.cmpSigner = new Renewed<>("certificate of CMP's answers", this::forCmp, time);
  }

  /** What the device listener authenticates itself with now. */
  ServerCredential current() {
    return listener.current();
  }

  /** What signs answers on the status of certificates, for each authority. */
  Map<Authority, Renewed<Delegate>> responders() {
    return Map.copyOf(responders);
  }

  /**
   * Whether a certificate with this serial number is the device listener's, of this start: of those
   * the database knows nothing.
   */
  boolean isOwn(BigInteger serial) {
    return own.contains(serial);
  }

  /** What signs answers over CMP. */
  Renewed<Delegate> cmpSigner() {
    return cmpSigner;
  }

  private ServerCredential forListener(Instant now) {
    SoftwareKey key = key();
    List<X509Certificate> chain = authority.issueServer(hosts, key.publicKey(), now, Renewed.LIFE);
    ledger.append(EntryType.CERTIFICATE, SERVER, record(chain.getFirst(), "hosts", hosts));
    Instant end = chain.getFirst().getNotAfter().toInstant();
    own.add(chain.getFirst().getSerialNumber());
    Staple staple =
        new Staple(
            authority.certificate(),
            chain.getFirst(),
            Objects.requireNonNull(responders.get(authority)),
            time);
    return new ServerCredential(key.privateKey(), chain, end, staple::current);
  }

  private Delegate forResponder(Authority issuer, Instant now) {
    SoftwareKey key = key();
    X509Certificate certificate = issuer.issueResponder(key.publicKey(), now, Renewed.LIFE);
    ledger.append(EntryType.CERTIFICATE, SERVER, record(certificate, "purpose", "ocsp"));
    return new Delegate(key, certificate);
  }

  private Delegate forCmp(Instant now) {
    SoftwareKey key = key();
    X509Certificate certificate = authority.issueCmpSigner(key.publicKey(), now, Renewed.LIFE);
    ledger.append(EntryType.CERTIFICATE, SERVER, record(certificate, "purpose", "cmp"));
    return new Delegate(key, certificate);
  }

  private SoftwareKey key() {
    return SoftwareKey.generate(SignatureScheme.ECDSA_P256_SHA256, randomness, crypto);
  }

  private static byte[] record(X509Certificate certificate, String what, Object value) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("certificate", FORMAT);
    tree.put("digest", Digest.of(Authority.der(certificate)).toString());
    tree.put("serial", certificate.getSerialNumber().toString(16));
    tree.put("subject", SERVER.toString());
    tree.put(what, value);
    tree.put("begins", certificate.getNotBefore().toInstant().toString());
    tree.put("ends", certificate.getNotAfter().toInstant().toString());
    return CanonicalJson.encode(tree);
  }
}
