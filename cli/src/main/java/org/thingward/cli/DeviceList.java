package org.thingward.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.operator.Operator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Devices of the inventory, each with its tier as the posture has it.
 *
 * @param records what the inventory knows
 * @param tiers the tier's word by device id; a device that never had evidence is missing
 */
record DeviceList(List<JsonNode> records, Map<String, String> tiers) {
  private static final String SUBJECT = "device:";

  /** All that the filter lets through, and of these only the given tier's unless that is empty. */
  static DeviceList of(Operator operator, Map<String, String> filter, String tier, int limit) {
    Map<String, String> tiers = new HashMap<>();
    operator
        .list("/postures", tier.isEmpty() ? Map.of() : Map.of("tier", tier), Integer.MAX_VALUE)
        .forEach(posture -> put(tiers, posture));
    List<JsonNode> records =
        operator.list("/devices", filter, tier.isEmpty() ? limit : Integer.MAX_VALUE).stream()
            .filter(device -> tier.isEmpty() || tiers.containsKey(Answers.text(device, "id")))
            .limit(limit)
            .toList();
    return new DeviceList(records, tiers);
  }

  private static void put(Map<String, String> tiers, JsonNode posture) {
    String subject = Answers.text(posture, "subject");
    if (subject.startsWith(SUBJECT)) {
      tiers.put(subject.substring(SUBJECT.length()), Answers.tier(posture.path("tier")));
    }
  }

  private String tierOf(JsonNode device) {
    return tiers.getOrDefault(Answers.text(device, "id"), "none");
  }

  Table table() {
    Table table = new Table("DEVICE", "PRODUCT", "RELEASE", "REGION", "STATE", "TIER");
    records.forEach(device ->
        table.row(
            Answers.text(device, "id"),
            Answers.text(device, "product"),
            Answers.text(device, "release"),
            Answers.text(device, "region"),
            Answers.text(device, "lifecycle"),
            tierOf(device)));
    return table;
  }

  List<JsonNode> tree() {
    return records.stream()
        .map(device -> (JsonNode) ((ObjectNode) device.deepCopy()).put("tier", tierOf(device)))
        .toList();
  }
}
