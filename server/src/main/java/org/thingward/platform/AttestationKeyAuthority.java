package org.thingward.platform;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Certifies that a key is the attestation key of a device's TPM: the part of a privacy CA that
 * signs (TCG Credential Profiles). The room {@code attestation} asks once the TPM has proved the
 * key; the room {@code identity} implements it.
 */
@FunctionalInterface
public interface AttestationKeyAuthority {
  /**
   * A certificate of this key; durable, with its ledger entry, when it returns. Asking again for
   * the same key gives the same certificate while more than half of its life is left.
   *
   * @param device whose TPM it is
   * @param key the attestation key, proved to be in that TPM
   * @param endorsement the digest of the endorsement key's SubjectPublicKeyInfo
   * @return the certificate, the issuing authority's, the root's
   */
  List<X509Certificate> certify(Subject device, PublicKey key, Digest endorsement);
}
