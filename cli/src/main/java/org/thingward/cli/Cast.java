package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.operator.Operator;
import org.thingward.trust.Digest;
import tools.jackson.databind.json.JsonMapper;

/** Who plays in the story: forty devices of three products in three regions, and their firmware. */
final class Cast {
  /** The service that reads telemetry, as the default policy names it. */
  static final String READER = "collector";

  static final String CLONED = "pump-07";
  static final String TAMPERED = "meter-12";
  static final String UNSUPPORTED = "cam-03";
  static final String REVOKED = "pump-03";

  /** They run a release that is a little old, until a policy calls that too old. */
  static final List<String> OLDER = List.of("pump-14", "pump-15", "pump-16");

  /** What a meter of release 3.1.0 measures when it boots what was released. */
  static final Digest GOOD_BOOT = Digest.of(Operator.utf8("meter-2 3.1.0, as released"));

  static final Digest UNKNOWN_BOOT = Digest.of(Operator.utf8("meter-2 3.1.0, with a guest"));

  private static final String GATE_RELEASE = "gate-1@1.2.0";
  private static final List<String> REGIONS = List.of("berlin", "nairobi", "osaka");

  private Cast() {}

  /** The ids of all devices. */
  static List<String> ids() {
    List<String> ids = new ArrayList<>();
    add(ids, "pump", 16);
    add(ids, "meter", 14);
    add(ids, "cam", 10);
    return ids;
  }

  private static void add(List<String> ids, String name, int count) {
    for (int i = 1; i <= count; i++) {
      ids.add("%s-%02d".formatted(name, i));
    }
  }

  /** The inventory to import: products, releases with their dates, devices. */
  static byte[] inventory(Instant now) {
    Map<String, Object> inventory = new TreeMap<>();
    inventory.put("inventory", 1);
    inventory.put("products", List.of(product("pump-1"), product("meter-2"), product("cam-2")));
    inventory.put(
        "releases",
        List.of(
            release("pump-1", "2.4.0", day(now, -60), day(now, 900)),
            release("pump-1", "2.1.0", day(now, -300), day(now, 600)),
            release("meter-2", "3.1.0", day(now, -90), day(now, 1500)),
            release("cam-2", "5.0.2", day(now, -45), day(now, 700)),
            release("cam-2", "4.2.0", day(now, -390), day(now, -20))));
    List<Map<String, String>> devices = new ArrayList<>();
    for (String id : ids()) {
      devices.add(device(id, REGIONS.get(devices.size() % REGIONS.size())));
    }
    inventory.put("devices", devices);
    return JsonMapper.shared().writeValueAsBytes(inventory);
  }

  private static String day(Instant now, int days) {
    return now.plus(Duration.ofDays(days)).toString().substring(0, 10);
  }

  private static Map<String, String> product(String name) {
    return Map.of("name", name);
  }

  private static Map<String, String> release(
      String product, String version, String released, String supportEnds) {
    return Map.of(
        "product", product,
        "version", version,
        "released", released,
        "support-ends", supportEnds);
  }

  private static Map<String, String> device(String id, String region) {
    return Map.of(
        "id",
        id,
        "product",
        productOf(id),
        "release",
        version(id),
        "region",
        region,
        "lifecycle",
        "active");
  }

  private static String productOf(String id) {
    return switch (id.substring(0, id.indexOf('-'))) {
      case "pump" -> "pump-1";
      case "meter" -> "meter-2";
      case "gate" -> "gate-1";
      default -> "cam-2";
    };
  }

  private static String version(String id) {
    return switch (productOf(id)) {
      case "pump-1" -> OLDER.contains(id) ? "2.1.0" : "2.4.0";
      case "meter-2" -> "3.1.0";
      case "gate-1" -> "1.2.0";
      default -> id.equals(UNSUPPORTED) ? "4.2.0" : "5.0.2";
    };
  }

  /** What is known to be good. */
  static byte[] referenceValues() {
    return referenceValues(
        Map.of("meter-2@3.1.0", GOOD_BOOT, GATE_RELEASE, Gates.released().measurement()));
  }

  private static byte[] referenceValues(Map<String, Digest> boots) {
    Map<String, Object> releases = new TreeMap<>();
    boots.forEach((release, boot) ->
        releases.put(release, Map.of("boot.measurement", List.of(boot.toString()))));
    return JsonMapper.shared()
        .writeValueAsBytes(Map.of("reference-values", 1, "releases", releases));
  }

  /** A device without a key, behind {@link Gates#CHANGED}. */
  static final String KEYLESS = "tank-01";

  /** Three devices more, where TPMs can be had, and one behind one of them. */
  static byte[] gates(Instant now) {
    Map<String, Object> inventory = new TreeMap<>();
    inventory.put("inventory", 1);
    inventory.put("products", List.of(product("gate-1"), product("tank-1")));
    inventory.put("releases", List.of(release("gate-1", "1.2.0", day(now, -30), day(now, 1200))));
    List<Map<String, String>> devices = new ArrayList<>();
    for (String id : Gates.IDS) {
      devices.add(device(id, "berlin"));
    }
    devices.add(
        Map.of("id", KEYLESS, "product", "tank-1", "region", "berlin", "lifecycle", "active"));
    inventory.put("devices", devices);
    return JsonMapper.shared().writeValueAsBytes(inventory);
  }
}
