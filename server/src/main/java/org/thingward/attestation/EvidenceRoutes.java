package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/**
 * How a device attests: it asks for a nonce, and sends evidence of any type over it, once and over
 * the same certificate (rule T3).
 */
final class EvidenceRoutes {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int NONCE = 32;
  private static final Admission ADMISSION = new Admission.ByCertificate(RequestKind.ATTEST);

  private final List<EvidenceType> types;
  private final Outstanding<Digest, byte[]> nonces;
  private final Randomness randomness;
  private final Function<Subject, SortedMap<String, Duration>> intervals;

  /**
   * Takes these types of evidence.
   *
   * @param intervals how old each claim of a device may be, by the policy in force
   */
  EvidenceRoutes(
      List<EvidenceType> types,
      Function<Subject, SortedMap<String, Duration>> intervals,
      Time time,
      Randomness randomness) {
    this.types = List.copyOf(types);
    this.nonces = new Outstanding<>(LIFE, time);
    this.randomness = randomness;
    this.intervals = intervals;
  }

  List<DeviceRoute> routes() {
    List<DeviceRoute> routes = new ArrayList<>();
    routes.add(new DeviceRoute("POST", Attestation.BASE + "nonce", ADMISSION, 0, this::nonce));
    for (EvidenceType type : types) {
      routes.add(
          new DeviceRoute(
              "POST",
              Attestation.BASE + type.name(),
              ADMISSION,
              type.longest(),
              request -> taken(type, request)));
    }
    return routes;
  }

  private DeviceResponse nonce(DeviceRequest request) {
    Subject unused = Attestation.device(request);
    byte[] nonce = randomness.bytes(NONCE);
    nonces.ask(request.requirePeer().credential(), nonce);
    return json(Map.of("nonce", HexFormat.of().formatHex(nonce), "seconds", LIFE.toSeconds()));
  }

  private DeviceResponse taken(EvidenceType type, DeviceRequest request) {
    Subject device = Attestation.device(request);
    byte[] nonce =
        nonces
            .answered(request.requirePeer().credential())
            .orElseThrow(() ->
                new Problem(
                    409,
                    "nothing-asked",
                    "No nonce is open for this certificate; ask for one first."));
    Receipt receipt = type.take(request.requirePeer(), request.body(), nonce);
    Map<String, Object> answer = new TreeMap<>();
    answer.put("device", device.toString());
    answer.put("receipt", receipt.entry().toString());
    intervals.apply(device).values().stream()
        .min(Comparator.naturalOrder())
        .ifPresent(shortest -> answer.put("again-within-seconds", shortest.toSeconds()));
    return json(answer);
  }

  private static DeviceResponse json(Map<String, ?> members) {
    return DeviceResponse.json(new String(CanonicalJson.encode(members), UTF_8));
  }
}
