package org.thingward.inventory;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many of what is found, or nearly found, have each value of some fields. */
final class FacetCounts {
  /** The fields whose values are counted. */
  static final List<FleetField> FIELDS =
      List.of(
          FleetField.TIER,
          FleetField.PRODUCT,
          FleetField.REGION,
          FleetField.LIFECYCLE,
          FleetField.REASON);

  /** Of a field's values, those that most devices have. */
  private static final int MOST = 50;

  private static final class Count {
    private int devices;
  }

  private final Map<FleetField, Map<String, Count>> counts = new EnumMap<>(FleetField.class);

  FacetCounts() {
    FIELDS.forEach(field -> counts.put(field, new HashMap<>()));
  }

  /** Counts a row for each field whose own part alone, if any, it fails. */
  void add(FleetRow row, FleetQuery.Match match) {
    switch (match) {
      case FleetQuery.Match.All() -> counts.forEach((field, values) -> add(field, values, row));
      case FleetQuery.Match.AllBut(FleetField field) -> {
        Map<String, Count> values = counts.get(field);
        if (values != null) {
          add(field, values, row);
        }
      }
      case FleetQuery.Match.No() -> {}
    }
  }

  private static void add(FleetField field, Map<String, Count> values, FleetRow row) {
    values.computeIfAbsent(row.value(field), value -> new Count()).devices++;
  }

  /** By field, in the order of values. */
  Map<FleetField, SortedMap<String, Integer>> most() {
    Map<FleetField, SortedMap<String, Integer>> most = new EnumMap<>(FleetField.class);
    counts.forEach((field, values) -> {
      SortedMap<String, Integer> kept = new TreeMap<>();
      values.entrySet().stream()
          .sorted((one, other) -> other.getValue().devices - one.getValue().devices)
          .limit(MOST)
          .forEach(value -> kept.put(value.getKey(), value.getValue().devices));
      most.put(field, kept);
    });
    return most;
  }
}
