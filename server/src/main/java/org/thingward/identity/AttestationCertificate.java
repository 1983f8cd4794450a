package org.thingward.identity;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * A certificate of ours that says whose TPM holds an attestation key. It opens nothing: it is none
 * for client authentication, and no credential of its device.
 *
 * @param digest the digest of its DER form
 * @param serial its serial number
 * @param subject whose TPM it is
 * @param key the digest of the attestation key's SubjectPublicKeyInfo
 * @param endorsement the digest of the endorsement key's
 * @param life when it begins and ends
 * @param der its DER form
 * @param algorithms what it rests on
 */
record AttestationCertificate(
    Digest digest,
    BigInteger serial,
    Subject subject,
    Digest key,
    Digest endorsement,
    CertificateForm.Life life,
    byte[] der,
    Algorithms algorithms) {
  private static final int FORMAT = 1;
  private static final int HEX = 16;

  /** Until when it is given out again to who asks once more: half of its life. */
  Instant givenUntil() {
    return life.from().plus(Duration.between(life.from(), life.until()).dividedBy(2));
  }

  /** The canonical record of its issuance for the ledger. */
  byte[] record() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("attestation-key-certificate", FORMAT);
    tree.put("digest", digest.toString());
    tree.put("serial", serial.toString(HEX));
    tree.put("subject", subject.toString());
    tree.put("key", key.toString());
    tree.put("endorsement", endorsement.toString());
    tree.put("begins", life.from().toString());
    tree.put("ends", life.until().toString());
    return CanonicalJson.encode(tree);
  }
}
