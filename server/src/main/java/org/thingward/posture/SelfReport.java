package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import tools.jackson.databind.JsonNode;

/** What a device says of itself, and of nobody else (rule T1). */
final class SelfReport {
  /** The source under which devices speak. */
  static final String SOURCE = "device";

  private static final String PATH = "/.well-known/thingward/evidence";
  private static final int MAX_BODY = 16 * 1024;

  private final EvidenceSink sink;
  private final Postures postures;
  private final Time time;

  SelfReport(EvidenceSink sink, Postures postures, Time time) {
    this.sink = sink;
    this.postures = postures;
    this.time = time;
  }

  DeviceRoute route() {
    Admission admission = new Admission.ByCertificate(RequestKind.ATTEST);
    return new DeviceRoute("POST", PATH, admission, MAX_BODY, this::take);
  }

  private DeviceResponse take(DeviceRequest request) {
    if (!request.header("content-type").startsWith("application/json")) {
      throw new Problem(415, "media-type", "Send evidence as application/json.");
    }
    Peer peer = request.requirePeer();
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "kind", "claims");
    try {
      Evidence evidence =
          new Evidence(
              peer.subject(),
              Bodies.text(body, "kind"),
              SOURCE,
              AssuranceLevel.L3,
              Bodies.claims(body, postures.policy()),
              time.now(),
              Evidence.NO_END,
              Digest.of(request.body()));
      Receipt receipt = sink.state(evidence);
      String json =
          "{\"evidence\":\"%s\",\"receipt\":\"%s\"}".formatted(evidence.id(), receipt.entry());
      return new DeviceResponse(
          202, Map.of("content-type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
    } catch (EvidenceRefused | IllegalArgumentException e) {
      throw new Problem(422, "evidence-refused", String.valueOf(e.getMessage()));
    }
  }
}
