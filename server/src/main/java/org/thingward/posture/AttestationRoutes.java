package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Stakes;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Posture;
import org.thingward.trust.Reason;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import tools.jackson.databind.JsonNode;

/**
 * Asks a device for an attestation. The source {@code attestation} states that one is awaited: that
 * takes the place of what it stated before (rule T3), which counts no more, and a new attestation
 * takes the place of that. What it means meanwhile is for the policy to say, by the claim {@code
 * attestation}. It never raises: a contraindication stays latched (rule T4), and a request after
 * which the device would stand better is refused.
 */
final class AttestationRoutes {
  /** Who checks attestations. */
  static final String SOURCE = "attestation";

  private static final String KIND = "boot";
  private static final String CLAIM = "attestation";
  private static final String REASON = "attestation.reason";
  private static final String PATH = "/devices/{id}/attest";
  private static final int SMALL = 16 * 1024;

  private final Postures postures;
  private final Standings standings;
  private final Ledger ledger;
  private final Time time;
  private final Foresight foreseen;

  AttestationRoutes(
      Postures postures, Standings standings, Ledger ledger, Time time, Foresight foreseen) {
    this.postures = postures;
    this.standings = standings;
    this.ledger = ledger;
    this.time = time;
    this.foreseen = foreseen;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", PATH, Permission.VIEW, Reach.DEVICE, "device.attest-effect", 0, this::effect),
        new OperatorRoute(
            "POST",
            PATH,
            Permission.OPERATE,
            Reach.DEVICE,
            "device.attest",
            SMALL,
            Operation.weighed(this::prepared)));
  }

  /** What is attested while others are asked to agree is newer, and is not ended by it. */
  private Operation.Prepared prepared(OperatorRequest request) {
    Evidence evidence = awaited(request, Bodies.sentence(only(request), "reason"));
    Impact impact = foreseen.of(List.of(evidence));
    requireNoRise(evidence, impact);
    return new Operation.Prepared(new Stakes.Stake(Set.of(), impact), () -> stated(evidence));
  }

  private OperatorResponse stated(Evidence evidence) {
    try {
      Receipt receipt = postures.sinkFor(SOURCE).state(evidence);
      byte[] canonical = evidence.canonical();
      return OperatorResponse.json(201, Page.evidence(canonical, receipt, ledger.index(receipt)));
    } catch (EvidenceRefused e) {
      throw new Problem(422, "evidence-refused", String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode only(OperatorRequest request) {
    JsonNode body = Bodies.object(request.body());
    Bodies.only(body, "reason");
    return body;
  }

  /** What asking would do to the device's posture at this moment. */
  private OperatorResponse effect(OperatorRequest request) {
    Evidence evidence = awaited(request, "to see what it would do");
    requireNoRise(evidence, foreseen.of(List.of(evidence)));
    Standing standing = standing(evidence.subject());
    List<Evidence> with = new ArrayList<>(standing.evidence());
    with.add(evidence);
    Optional<Posture> now = standing.posture();
    Posture then = postures.wouldStand(evidence.subject(), with, evidence.received());
    List<String> more =
        then.reasons().stream()
            .map(Reason::text)
            .filter(text ->
                now.stream()
                    .flatMap(before -> before.reasons().stream())
                    .noneMatch(reason -> reason.text().equals(text)))
            .toList();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("now", now.map(Posture::tier).orElse(Tier.NONE).value());
    told.put("then", then.tier().value());
    told.put("reasons", more);
    return OperatorResponse.json(new String(CanonicalJson.encode(told), UTF_8));
  }

  private Standing standing(Subject device) {
    return standings
        .find(device)
        .orElseThrow(() ->
            new Problem(404, "unknown-device", "There is no " + device + ". Check the name."));
  }

  private Evidence awaited(OperatorRequest request, String reason) {
    Subject device = Bodies.subject("device:" + request.variable("id"));
    Standing unused = standing(device);
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put(CLAIM, new ClaimValue.Word("awaited"));
    claims.put(REASON, new ClaimValue.Word(reason));
    return new Evidence(
        device,
        KIND,
        SOURCE,
        AssuranceLevel.L0,
        claims,
        time.now(),
        Evidence.NO_END,
        Digest.of(request.operator().toString().getBytes(UTF_8), request.body()));
  }

  private static void requireNoRise(Evidence evidence, Impact impact) {
    if (!impact.raised().isEmpty()) {
      throw new Problem(
          409,
          "attestation-counts-against-it",
          "What %s attested last counts against it; asking for another would end that. It may attest"
                  .formatted(evidence.subject().name())
              + " anew without being asked, or be released.");
    }
  }
}
