package org.thingward.attestation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.JsonFields;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.verify.tpm.TpmPublic;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.VerifiedQuote;

/**
 * The activation of a credential (TPM 2.0 Library, Part 1, 24): a secret for whoever has the
 * endorsement key, if the attestation key is in the same TPM.
 */
final class Activation {
  /** The members of a body that shows keys. */
  static final Set<String> KEYS = Set.of("ek-certificate", "ek", "ak");

  private static final int SECRET = 32;

  private final Endorsers endorsers;
  private final Time time;
  private final Randomness randomness;

  Activation(Endorsers endorsers, Time time, Randomness randomness) {
    this.endorsers = endorsers;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * What a TPM is to open.
   *
   * @param sealed the secret, as the TPM gets it
   * @param keys the digests of its keys' public areas
   * @param attestationKey the key that must be in it
   * @param endorsement the digest of its endorsement key's SubjectPublicKeyInfo
   * @param raw the digest of what showed them
   */
  record Challenge(
      byte[] secret,
      byte[] sealed,
      Statements.Keys keys,
      PublicKey attestationKey,
      Digest endorsement,
      Digest raw) {
    /** Returns if the TPM opened it. */
    void requireOpened(byte[] shown) {
      if (!MessageDigest.isEqual(secret, shown)) {
        throw new Problem(
            403, "not-opened", "That is not the secret that was sealed; show the keys once more.");
      }
    }
  }

  /**
   * A challenge to the TPM whose keys {@code body} shows.
   *
   * @throws Problem 422 if no maker whom this installation believes endorsed it, or the keys are
   *     none of their kind
   */
  Challenge challenge(JsonFields body, Digest raw) {
    X509Certificate certificate = endorsers.endorsed(body.bytes("ek-certificate"), time.now());
    try {
      TpmPublic endorsement = TpmPublic.readSized(body.bytes("ek"));
      requireEndorsementKey(endorsement, certificate);
      TpmPublic attestation = TpmPublic.readSized(body.bytes("ak"));
      VerifiedQuote.requireAttestationKey(attestation);
      byte[] secret = randomness.bytes(SECRET);
      return new Challenge(
          secret,
          SealedSecret.of(secret, endorsement, attestation, randomness),
          new Statements.Keys(Statements.digest(endorsement), Statements.digest(attestation)),
          attestation.key(),
          Digest.of(endorsement.key().getEncoded()),
          raw);
    } catch (TpmRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }

  private static void requireEndorsementKey(TpmPublic endorsement, X509Certificate certificate) {
    if (!MessageDigest.isEqual(
        endorsement.key().getEncoded(), certificate.getPublicKey().getEncoded())) {
      throw Attestation.refused("The certificate is of another key than 'ek'.");
    }
    if (!endorsement.attributes().endorses()
        || !endorsement.attributes().staysInTpm()
        || !endorsement.nameHash().isStrong()
        || endorsement.symmetricBits() == 0) {
      throw Attestation.refused(
          "'ek' is no endorsement key: it is not restricted to opening what is sealed to its TPM.");
    }
  }

  static DeviceResponse json(Map<String, ?> members) {
    return DeviceResponse.json(new String(CanonicalJson.encode(members), StandardCharsets.UTF_8));
  }

  static String pem(List<X509Certificate> chain) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : chain) {
      try {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(lines.encodeToString(each.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate of ours has no encoding", e);
      }
    }
    return text.toString();
  }
}
