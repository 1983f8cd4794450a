package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.operator.Operator;
import tools.jackson.databind.JsonNode;

/**
 * What a search of the fleet found.
 *
 * @param devices as the server lists them
 * @param found how many there are, listed or not
 */
record FleetList(List<JsonNode> devices, int found) {
  private static final int PAGE = 500;

  /** Lists at most {@code limit} of those that {@code query} asks for, in this order. */
  static FleetList of(Operator operator, String query, String order, int limit) {
    List<JsonNode> devices = new ArrayList<>();
    int found;
    JsonNode page;
    do {
      page =
          operator
              .connection()
              .get(
                  "/fleet",
                  Map.of(
                      "query",
                      query,
                      "order",
                      order,
                      "skip",
                      Integer.toString(devices.size()),
                      "limit",
                      Integer.toString(Math.min(PAGE, limit - devices.size()))));
      page.path("items").forEach(devices::add);
      found = page.path("found").intValue();
    } while (!page.path("items").isEmpty() && devices.size() < Math.min(limit, found));
    return new FleetList(devices, found);
  }

  Table table() {
    Table table = new Table("DEVICE", "PRODUCT", "RELEASE", "REGION", "STATE", "TIER", "WHY");
    devices.forEach(device ->
        table.row(
            Answers.text(device, "id"),
            Answers.text(device, "product"),
            Answers.text(device, "release"),
            Answers.text(device, "region"),
            Answers.text(device, "lifecycle"),
            Answers.tier(device.path("tier")),
            why(device)));
    return table;
  }

  /** The worst reason; of a device that is trusted there is nothing to explain. */
  private static String why(JsonNode device) {
    boolean trusted = Answers.tier(device.path("tier")).equals("affirming");
    return trusted ? "" : Answers.text(device, "reason");
  }
}
