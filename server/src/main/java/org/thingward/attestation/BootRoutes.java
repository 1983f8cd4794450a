package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;

/** Measured boots in the operator API. */
final class BootRoutes {
  private final Boots boots;

  BootRoutes(Boots boots) {
    this.boots = boots;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/devices/{id}/boot",
            Permission.VIEW,
            Reach.DEVICE,
            "device.boot",
            0,
            this::boot));
  }

  private OperatorResponse boot(OperatorRequest request) {
    Subject device = Results.device(request.variable("id"));
    Map<String, Object> tree = new TreeMap<>();
    tree.put("device", device.name());
    boots.explained(device).ifPresent(boot -> tree.put("boot", boot.tree()));
    return OperatorResponse.json(new String(CanonicalJson.encode(tree), UTF_8));
  }
}
