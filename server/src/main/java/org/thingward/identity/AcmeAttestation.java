package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.thingward.platform.ResidentKeys;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.Cbor;
import org.thingward.verify.tpm.FreshCertification;
import org.thingward.verify.tpm.TpmAlgorithm;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.TpmSignature;

/**
 * The challenge device-attest-01 (draft-ietf-acme-device-attest §5) in the format {@code tpm}
 * (WebAuthn level 2, §8.3): the device's TPM says, for this account and this order, that the key to
 * be certified is in it. By what key it speaks is known from a certificate that the room {@code
 * attestation} gave it once it had proved that key.
 */
final class AcmeAttestation {
  private static final int MOST_BYTES = 16 << 10;

  private final AttestationCertificates certificates;
  private final Predicate<Subject> soleTpm;
  private final ResidentKeys resident;

  /**
   * Believes attestation keys that were certified here.
   *
   * @param soleTpm whether a device's TPM is known, and no other device's
   * @param resident takes up which keys are in it
   */
  AcmeAttestation(
      AttestationCertificates certificates, Predicate<Subject> soleTpm, ResidentKeys resident) {
    this.certificates = certificates;
    this.soleTpm = soleTpm;
    this.resident = resident;
  }

  /**
   * The digest of the key that the TPM speaks of, as certificates hold it; that it is in the TPM is
   * evidence when this returns.
   *
   * @param object the attestation object, as it came
   * @param keyAuthorization what the statement must be about
   * @throws AcmeRefused saying what does not hold
   */
  Digest key(Subject device, byte[] object, String keyAuthorization) {
    Statement statement = Statement.read(object);
    X509Certificate speaker =
        certificates
            .newest(device, statement.certificate())
            .orElseThrow(() ->
                refused(
                    "x5c does not begin with the newest certificate of this device's attestation"
                        + " key, as the attestation of this server gave it"));
    if (!soleTpm.test(device)) {
      throw refused("the TPM of " + device + " is not known as its alone: let it attest first");
    }
    byte[] nonce = Digest.of(keyAuthorization.getBytes(StandardCharsets.UTF_8)).bytes();
    try {
      requireAlgorithm(statement);
      FreshCertification verified =
          FreshCertification.of(
              speaker.getPublicKey(),
              statement.area(),
              statement.attest(),
              statement.signature(),
              nonce);
      Digest key = Digest.of(verified.key().key().getEncoded());
      resident.state(device, key, Digest.of(object));
      return key;
    } catch (TpmRefused e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /** COSE's number and the TPM's own must mean the same (RFC 9053 §2.1, RFC 8812 §2). */
  private static void requireAlgorithm(Statement statement) {
    TpmSignature signature = TpmSignature.read(statement.signature());
    TpmAlgorithm hash = signature.hash();
    boolean same =
        switch ((int) statement.algorithm()) {
          case -7 -> signature.algorithm() == TpmAlgorithm.ECDSA && hash == TpmAlgorithm.SHA256;
          case -35 -> signature.algorithm() == TpmAlgorithm.ECDSA && hash == TpmAlgorithm.SHA384;
          case -36 -> signature.algorithm() == TpmAlgorithm.ECDSA && hash == TpmAlgorithm.SHA512;
          case -37 -> signature.algorithm() == TpmAlgorithm.RSAPSS && hash == TpmAlgorithm.SHA256;
          case -257 -> signature.algorithm() == TpmAlgorithm.RSASSA && hash == TpmAlgorithm.SHA256;
          default -> false;
        };
    if (!same) {
      throw refused("alg is not the algorithm of the signature");
    }
  }

  /**
   * What a TPM says, as it stands in the object.
   *
   * @param algorithm COSE's number of the signature's algorithm
   * @param certificate of the attestation key, DER
   * @param signature a TPMT_SIGNATURE
   * @param attest a TPMS_ATTEST
   * @param area a TPMT_PUBLIC
   */
  record Statement(
      long algorithm, byte[] certificate, byte[] signature, byte[] attest, byte[] area) {

    /** Reads an attestation object in CBOR. */
    static Statement read(byte[] object) {
      if (object.length > MOST_BYTES) {
        throw refused("the attestation object is larger than " + MOST_BYTES + " bytes");
      }
      try {
        Object all = Cbor.whole(object);
        if (!Cbor.member(all, "fmt", String.class).equals("tpm")) {
          throw refused("the format is not tpm");
        }
        Object statement = Cbor.member(all, "attStmt", Map.class);
        if (!Cbor.member(statement, "ver", String.class).equals("2.0")) {
          throw refused("the TPM is not of version 2.0");
        }
        List<?> chain = Cbor.member(statement, "x5c", List.class);
        if (chain.isEmpty() || !(chain.getFirst() instanceof byte[] certificate)) {
          throw refused("x5c holds no certificate");
        }
        return new Statement(
            Cbor.member(statement, "alg", Long.class),
            certificate,
            Cbor.member(statement, "sig", byte[].class),
            Cbor.member(statement, "certInfo", byte[].class),
            Cbor.member(statement, "pubArea", byte[].class));
      } catch (IllegalArgumentException e) {
        throw refused("the attestation object cannot be read: " + e.getMessage());
      }
    }
  }

  private static AcmeRefused refused(String why) {
    return new AcmeRefused(
        AcmeError.BAD_ATTESTATION, "What the TPM says is not believed: " + why + ".");
  }
}
