package org.thingward.identity;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** An issuing authority below the root: what it signs, and what others trust it by. */
final class Authority {
  /** Certificates begin a minute early, for devices whose clocks are a little slow. */
  private static final Duration BACKDATED = Duration.ofMinutes(1);

  private static final int SERIAL_BYTES = 16;
  private static final int LINE = 64;

  private final String name;
  private final X509Certificate root;
  private final X509Certificate certificate;
  private final SigningKey key;
  private final CertificateForm.Issuer issuer;
  private final Randomness randomness;

  /**
   * An authority.
   *
   * @param name its name in files and paths, e.g. {@code issuing-1}
   * @param root the root's certificate
   * @param certificate its own
   * @param key the key of its own certificate
   * @param publicUrl where devices reach this server over HTTPS, if certificates shall name the
   *     revocation list and the OCSP responder there
   */
  Authority(
      String name,
      X509Certificate root,
      X509Certificate certificate,
      SigningKey key,
      Optional<String> publicUrl,
      Randomness randomness) {
    this.name = name;
    this.root = root;
    this.certificate = certificate;
    this.key = key;
    this.randomness = randomness;
    issuer =
        new CertificateForm.Issuer(
            X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
            key.publicKey(),
            publicUrl.map(url -> url + RevocationLists.base(name)),
            publicUrl.map(url -> url + OcspResponder.PATH));
  }

  /**
   * A certificate just signed.
   *
   * @param serial its serial number
   * @param life when it begins and ends
   * @param der its DER form
   * @param algorithms what it rests on
   */
  record Signed(BigInteger serial, CertificateForm.Life life, byte[] der, Algorithms algorithms) {}

  /**
   * A client certificate that begins now and lasts as {@code profile} has it, or to the authority's
   * end.
   *
   * @param life how long certificates usually last
   */
  Signed issueClient(
      Subject subject,
      Profile profile,
      SubjectPublicKeyInfo clientKey,
      Instant now,
      Duration life) {
    BigInteger serial = serial(randomness);
    CertificateForm.Life cut = cut(now, profile.life(life));
    byte[] der =
        CertificateForm.client(issuer, subject, profile, serial, cut, clientKey).signedBy(key);
    return new Signed(serial, cut, der, Algorithms.of(clientKey, key.scheme()));
  }

  /**
   * A certificate of an attestation key that begins now.
   *
   * @param device whose TPM holds it
   * @param endorsement the digest of that TPM's endorsement key
   */
  Signed issueAttestationKey(
      Subject device,
      Digest endorsement,
      SubjectPublicKeyInfo attestationKey,
      Instant now,
      Duration life) {
    BigInteger serial = serial(randomness);
    CertificateForm.Life cut = cut(now, life);
    byte[] der =
        CertificateForm.attestationKey(issuer, device, endorsement, serial, cut, attestationKey)
            .signedBy(key);
    return new Signed(serial, cut, der, Algorithms.of(attestationKey, key.scheme()));
  }

  /** A certificate for a server that is looked up by these names, as {@link #issueClient}. */
  Signed issueNamedServer(
      List<String> names, SubjectPublicKeyInfo serverKey, Instant now, Duration life) {
    BigInteger serial = serial(randomness);
    CertificateForm.Life cut = cut(now, Profile.SERVER.life(life));
    byte[] der = CertificateForm.namedServer(issuer, names, serial, cut, serverKey).signedBy(key);
    return new Signed(serial, cut, der, Algorithms.of(serverKey, key.scheme()));
  }

  /** The device listener's certificate for {@code serverKey}, with the chain that it presents. */
  List<X509Certificate> issueServer(
      List<String> hosts, SubjectPublicKeyInfo serverKey, Instant now, Duration life) {
    byte[] der =
        CertificateForm.server(issuer, hosts, serial(randomness), cut(now, life), serverKey)
            .signedBy(key);
    return List.of(read(der), certificate);
  }

  /** A certificate by which {@code responderKey} answers on the status of what we issued. */
  X509Certificate issueResponder(SubjectPublicKeyInfo responderKey, Instant now, Duration life) {
    return read(
        CertificateForm.responder(issuer, serial(randomness), cut(now, life), responderKey)
            .signedBy(key));
  }

  /** A certificate by which {@code signerKey} answers over CMP in our place. */
  X509Certificate issueCmpSigner(SubjectPublicKeyInfo signerKey, Instant now, Duration life) {
    return read(
        CertificateForm.cmpSigner(issuer, serial(randomness), cut(now, life), signerKey)
            .signedBy(key));
  }

  String name() {
    return name;
  }

  X509Certificate root() {
    return root;
  }

  X509Certificate certificate() {
    return certificate;
  }

  SigningKey key() {
    return key;
  }

  CertificateForm.Issuer issuer() {
    return issuer;
  }

  /** Issuing authority first, root last. */
  List<X509Certificate> chain() {
    return List.of(certificate, root);
  }

  /** The digest of the root's certificate: what a person compares, and tokens carry. */
  Digest fingerprint() {
    return Digest.of(der(root));
  }

  /** {@link #chain()} in PEM (RFC 7468). */
  String pem() {
    return pem(certificate) + pem(root);
  }

  static String pem(X509Certificate certificate) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der(certificate))
        + "\n-----END CERTIFICATE-----\n";
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read has no encoding", e);
    }
  }

  /** Reads one certificate, DER or PEM, that this room wrote itself. */
  static X509Certificate read(byte[] encoded) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (CertificateException e) {
      throw new IllegalStateException(
          "no certificate: "
              + new String(encoded, 0, Math.min(40, encoded.length), StandardCharsets.US_ASCII),
          e);
    }
  }

  /** A random serial number of 128 bits (RFC 5280 §4.1.2.2), never zero. */
  static BigInteger serial(Randomness randomness) {
    return new BigInteger(1, randomness.bytes(SERIAL_BYTES)).setBit(0);
  }

  private CertificateForm.Life cut(Instant now, Duration life) {
    Instant until = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
    Instant end = certificate.getNotAfter().toInstant();
    return new CertificateForm.Life(
        now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS), until.isBefore(end) ? until : end);
  }
}
