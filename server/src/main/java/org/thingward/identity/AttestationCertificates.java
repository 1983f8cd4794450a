package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.ledger.Ledger;
import org.thingward.platform.AttestationKeyAuthority;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** The certificates of attestation keys: made once a TPM has proved its key, and told of. */
final class AttestationCertificates implements AttestationKeyAuthority {
  private final Authority authority;
  private final AttestationCertificateStore store;
  private final Ledger ledger;
  private final NativeCrypto crypto;
  private final Time time;
  private final Duration life;

  /** Of certificates that last {@code life} each. */
  AttestationCertificates(
      Authority authority,
      AttestationCertificateStore store,
      Ledger ledger,
      NativeCrypto crypto,
      Time time,
      Duration life) {
    this.authority = authority;
    this.store = store;
    this.ledger = ledger;
    this.crypto = crypto;
    this.time = time;
    this.life = life;
  }

  @Override
  public List<X509Certificate> certify(Subject device, PublicKey key, Digest endorsement) {
    AttestationCertificate certificate =
        store.inTransaction(() -> {
          store.lock(device);
          Instant now = time.now();
          return store
              .newest(device, Digest.of(key.getEncoded()), endorsement, now)
              .filter(given -> now.isBefore(given.givenUntil()))
              .orElseGet(() -> issueWithin(device, key, endorsement, now));
        });
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(Authority.read(certificate.der()));
    chain.addAll(authority.chain());
    return List.copyOf(chain);
  }

  private AttestationCertificate issueWithin(
      Subject device, PublicKey key, Digest endorsement, Instant now) {
    Authority.Signed signed =
        authority.issueAttestationKey(
            device, endorsement, SubjectPublicKeyInfo.getInstance(key.getEncoded()), now, life);
    AttestationCertificate made =
        new AttestationCertificate(
            Digest.of(signed.der()),
            signed.serial(),
            device,
            Digest.of(key.getEncoded()),
            endorsement,
            signed.life(),
            signed.der(),
            signed.algorithms());
    Receipt receipt = ledger.appendWithTransaction(EntryType.CERTIFICATE, device, made.record());
    store.insert(made, authority.name(), receipt);
    return made;
  }

  /**
   * The newest certificate of a device's attestation key, if it is what is shown and nobody revoked
   * it; whether or not it has ended. That the key is the TPM's was proved when it was made, and
   * what the key says now is fresh by itself.
   */
  Optional<X509Certificate> newest(Subject device, byte[] shown) {
    return store
        .newest(device)
        .filter(newest -> Arrays.equals(newest.der(), shown))
        .map(newest -> Authority.read(newest.der()))
        .filter(this::isOurs);
  }

  /** The database alone is not believed (rule L4). */
  private boolean isOurs(X509Certificate certificate) {
    X509Certificate issuer = authority.certificate();
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      Signature signature = crypto.signature(certificate.getSigAlgName());
      signature.initVerify(issuer.getPublicKey());
      signature.update(certificate.getTBSCertificate());
      return signature.verify(certificate.getSignature());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * What this certificate says, if it is one of ours that still counts. That is for who is shown a
   * statement of the key, with the certificate beside it (ACME, device-attest-01).
   */
  Optional<AttestationCertificate> counting(X509Certificate shown) {
    // What is found by its whole digest is what was signed here, to the last bit.
    return store.find(Digest.of(Authority.der(shown)), time.now());
  }
}
