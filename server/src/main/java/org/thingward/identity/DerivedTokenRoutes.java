package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Derived tokens in the operator API: for a list of devices at once. */
final class DerivedTokenRoutes {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_DEVICES = 1_000;
  private static final int MAX_BODY = 1 << 17;
  private static final List<String> MEMBERS = List.of("devices", "ttl", "group-key", "replace");

  private final DerivedTokens tokens;
  private final Digest authority;
  private final Foresight foresight;
  private final Time time;
  private final Randomness randomness;

  /**
   * For one authority.
   *
   * @param authority its fingerprint
   */
  DerivedTokenRoutes(
      DerivedTokens tokens,
      Digest authority,
      Foresight foresight,
      Time time,
      Randomness randomness) {
    this.tokens = tokens;
    this.authority = authority;
    this.foresight = foresight;
    this.time = time;
    this.randomness = randomness;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "POST",
            "/tokens/derived",
            Permission.OPERATE,
            Reach.FILTERED,
            "token.derive",
            MAX_BODY,
            Operation.weighed(this::deriving)));
  }

  /** What it would release is refused, so that nobody need agree to what is left. */
  private Operation.Prepared deriving(OperatorRequest request) {
    JsonNode body = TokenRoutes.object(request.body(), MEMBERS);
    List<Subject> devices = devices(body.path("devices"));
    devices.forEach(request::requireMayTouch);
    DerivedTokens.Asked asked =
        new DerivedTokens.Asked(
            devices,
            TokenRoutes.text(body, "ttl").map(TokenRoutes::life),
            TokenRoutes.flag(body, "replace"));
    Optional<String> given = TokenRoutes.text(body, "group-key");
    given.map(GroupKey::read).ifPresent(GroupKey::close);
    tokens.requireMayBegin(asked);
    Instant at = time.now();
    refuseHeld(devices, at);
    return Operation.Prepared.of(Impact.NOTHING, () -> derive(asked, given, request, at));
  }

  private OperatorResponse derive(
      DerivedTokens.Asked asked, Optional<String> given, OperatorRequest request, Instant at) {
    try (GroupKey key = given.map(GroupKey::read).orElseGet(() -> GroupKey.draw(randomness))) {
      List<TokenRecord> made = tokens.make(asked, key, request.operator(), at);
      Map<String, Object> tree = new LinkedHashMap<>();
      if (given.isEmpty()) {
        tree.put("group-key", key.reveal());
      }
      tree.put("authority", authority.toString());
      tree.put("items", made.stream().map(DerivedTokenRoutes::item).toList());
      return OperatorResponse.json(201, JSON.writeValueAsString(tree));
    }
  }

  private static Map<String, Object> item(TokenRecord token) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", token.id().toString());
    item.put("subject", token.subject().toString());
    item.put("ends", token.ends().toString());
    return item;
  }

  private void refuseHeld(List<Subject> devices, Instant at) {
    List<Evidence> pieces = new ArrayList<>();
    devices.forEach(device -> pieces.addAll(Statements.ofNewLine(device, AssuranceLevel.L2, at)));
    foresight.of(pieces).released().stream()
        .filter(Set.copyOf(devices)::contains)
        .findFirst()
        .ifPresent(held -> {
          throw new Problem(
              409,
              "derived-held",
              held.name()
                  + " is held, and a derived token brings no device back. Nothing was created.");
        });
  }

  private static List<Subject> devices(JsonNode given) {
    if (!given.isArray() || given.isEmpty() || given.size() > MOST_DEVICES) {
      throw new Problem(
          400,
          "devices",
          "\"devices\" are the ids of 1 to 1,000 devices, in a list. Nothing was created.");
    }
    Set<Subject> devices = new LinkedHashSet<>();
    for (JsonNode each : given) {
      if (!each.isString()) {
        throw new Problem(400, "devices", "\"devices\": each is a device's id, a text.");
      }
      if (!devices.add(TokenRoutes.subject(SubjectKind.DEVICE, each.asString()))) {
        throw new Problem(
            400, "device-twice", each.asString() + " is in the list twice. Nothing was created.");
      }
    }
    return List.copyOf(devices);
  }
}
