package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.StrictJson;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Lists of endorsement keys in the operator API. */
final class AllowedKeyRoutes {
  private static final String PATH = "/products/{name}/endorsement-keys";
  private static final int MAX_BODY = 4 << 20;
  private static final int SHOWN = 1_000;
  private static final StrictJson JSON = StrictJson.upTo(4);
  private static final Impact WIDENS =
      new Impact(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), true, List.of());

  private final AllowedKeys keys;

  AllowedKeyRoutes(AllowedKeys keys) {
    this.keys = keys;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            PATH,
            Permission.VIEW,
            Reach.FILTERED,
            "product.endorsement-keys",
            0,
            request -> shown(product(request))),
        new OperatorRoute(
            "POST",
            PATH,
            Permission.OPERATE,
            Reach.FILTERED,
            "product.allow-keys",
            MAX_BODY,
            Operation.weighed(this::allowing)),
        new OperatorRoute(
            "DELETE",
            PATH,
            Permission.OPERATE,
            Reach.FILTERED,
            "product.allow-any-key",
            0,
            Operation.weighed(this::allowingAny)));
  }

  /** As a token is: who has one of these keys may show it, and is believed nothing by that. */
  private Operation.Prepared allowing(OperatorRequest request) {
    Subject product = ours(request);
    SortedMap<Digest, Optional<Subject>> given = given(request.body());
    return Operation.Prepared.of(
        Impact.NOTHING,
        () -> {
          keys.allow(product, given, raw(request));
          return shown(product);
        });
  }

  private Operation.Prepared allowingAny(OperatorRequest request) {
    Subject product = ours(request);
    Impact impact = keys.list(product).isPresent() ? WIDENS : Impact.NOTHING;
    return Operation.Prepared.of(
        impact,
        () -> {
          keys.allowAny(product, raw(request));
          return OperatorResponse.nothing();
        });
  }

  private static Digest raw(OperatorRequest request) {
    return Digest.of(request.operator().toString().getBytes(UTF_8), request.body());
  }

  private OperatorResponse shown(Subject product) {
    Optional<SortedMap<Digest, Optional<Subject>>> list = keys.list(product);
    Map<String, String> devices = new TreeMap<>();
    Map<String, Object> tree = new TreeMap<>();
    tree.put("product", product.name());
    tree.put("listed", list.isPresent());
    tree.put("count", list.map(SortedMap::size).orElse(0));
    List<Map.Entry<Digest, Optional<Subject>>> shown =
        list.stream().flatMap(all -> all.entrySet().stream()).limit(SHOWN).toList();
    for (Map.Entry<Digest, Optional<Subject>> each : shown) {
      each.getValue().ifPresent(device -> devices.put(each.getKey().toString(), device.name()));
    }
    tree.put("items", shown.stream().map(each -> each.getKey().toString()).toList());
    tree.put("devices", devices);
    return OperatorResponse.json(new String(CanonicalJson.encode(tree), UTF_8));
  }

  private static Subject product(OperatorRequest request) {
    try {
      Subject product = Subject.product(request.variable("name"));
      request.requireSees(product);
      return product;
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "name", e.getMessage() + ".");
    }
  }

  private static Subject ours(OperatorRequest request) {
    Subject product = product(request);
    request.requireMayTouch(product);
    return product;
  }

  /** {@code {"keys":["sha256:…"],"devices":{"sha256:…":"pump-07"}}}; devices may be left out. */
  static SortedMap<Digest, Optional<Subject>> given(byte[] body) {
    try {
      JsonNode tree = JSON.read(body);
      JsonNode list = tree.path("keys");
      JsonNode devices = tree.path("devices");
      if (!list.isArray()
          || list.isEmpty()
          || tree.size() != (tree.has("devices") ? 2 : 1)
          || tree.has("devices") && !devices.isObject()) {
        throw malformed(
            "'keys' is a list of at least one digest, 'devices' says of which devices some are");
      }
      SortedMap<Digest, Optional<Subject>> given = new TreeMap<>();
      for (JsonNode each : list) {
        given.put(Digest.parse(each.asString("")), Optional.empty());
      }
      devices
          .properties()
          .forEach(each -> {
            Subject device = Subject.device(each.getValue().asString(""));
            if (given.replace(Digest.parse(each.getKey()), Optional.of(device)) == null) {
              throw malformed("'devices' names a key that is not in 'keys'");
            }
          });
      return given;
    } catch (JacksonException | IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Problem malformed(String why) {
    return new Problem(400, "malformed-body", "The body is no list of keys: " + why + ".");
  }
}
