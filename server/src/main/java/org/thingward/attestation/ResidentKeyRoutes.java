package org.thingward.attestation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.JsonFields;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.tpm.TpmPublic;
import org.thingward.verify.tpm.TpmRefused;
import org.thingward.verify.tpm.VerifiedCertification;

/**
 * How the key that a device speaks by comes to be known as its TPM's: its attestation key certifies
 * it (TPM2_Certify). Which certificates are of that key is the room {@code identity}'s to know.
 */
final class ResidentKeyRoutes {
  private static final int MAX_BODY = 16 << 10;
  private static final Set<String> MEMBERS = Set.of("ak", "key", "certification", "signature");

  private final Statements statements;
  private final Consumer<Subject> changed;

  /**
   * The route.
   *
   * @param changed hears of devices of whose keys more is known
   */
  ResidentKeyRoutes(Statements statements, Consumer<Subject> changed) {
    this.statements = statements;
    this.changed = changed;
  }

  List<DeviceRoute> routes() {
    return List.of(
        new DeviceRoute(
            "POST",
            Attestation.BASE + "resident-key",
            new Admission.ByCertificate(RequestKind.ATTEST),
            MAX_BODY,
            this::certified));
  }

  private DeviceResponse certified(DeviceRequest request) {
    Subject device = Attestation.device(request);
    JsonFields body = JsonFields.read(request.body(), MEMBERS);
    try {
      TpmPublic by = TpmPublic.readSized(body.bytes("ak"));
      Statements.Keys keys = statements.requireKnown(device, by);
      VerifiedCertification certification =
          VerifiedCertification.of(
              by,
              TpmPublic.readSized(body.bytes("key")),
              body.bytes("certification"),
              body.bytes("signature"));
      Digest key = Digest.of(certification.key().key().getEncoded());
      Receipt receipt = statements.resident(device, keys, key, Digest.of(request.body()));
      changed.accept(device);
      Map<String, String> answer =
          Map.of(
              "device", device.toString(),
              "key", key.toString(),
              "receipt", receipt.entry().toString());
      return DeviceResponse.json(new String(CanonicalJson.encode(answer), StandardCharsets.UTF_8));
    } catch (TpmRefused refused) {
      throw Attestation.refused(String.valueOf(refused.getMessage()));
    }
  }
}
