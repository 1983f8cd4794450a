package org.thingward.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/** Where a gateway says which devices it sees. */
final class NeighbourRoutes {
  private final Sightings sightings;

  NeighbourRoutes(Sightings sightings) {
    this.sightings = sightings;
  }

  List<DeviceRoute> routes() {
    return List.of(
        new DeviceRoute(
            "POST",
            "/.well-known/thingward/neighbours",
            new Admission.ByCertificate(RequestKind.ATTEST),
            NeighbourTable.LONGEST,
            this::taken));
  }

  private DeviceResponse taken(DeviceRequest request) {
    Subject gateway = request.requirePeer().subject();
    if (gateway.kind() != SubjectKind.DEVICE) {
      throw new Problem(403, "no-device", "Devices are gateways; " + gateway + " is none.");
    }
    NeighbourTable table = NeighbourTable.read(request.body());
    Digest raw = Digest.of(gateway.toString().getBytes(UTF_8), request.body());
    Sightings.Taken taken = sightings.take(gateway, table, raw);
    Map<String, Object> answer = new TreeMap<>();
    answer.put("gateway", gateway.toString());
    answer.put("level", taken.level().name());
    answer.put("seen", names(taken.seen()));
    answer.put("missing", names(taken.missing()));
    answer.put("neighbours", table.read());
    answer.put("again-within-seconds", Statements.HOLDS.dividedBy(2).toSeconds());
    if (taken.level() == AssuranceLevel.L0) {
      answer.put(
          "why",
          "This gateway vouches for nobody: it is not attested, which takes a key in its TPM, a"
              + " measured boot that stands, and nothing against it (level L5, affirming).");
    }
    return DeviceResponse.json(new String(CanonicalJson.encode(answer), UTF_8));
  }

  private static List<String> names(List<Subject> devices) {
    return devices.stream().map(Subject::name).toList();
  }
}
