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

  private final List<Map<String, Count>> counts =
      FIELDS.stream().<Map<String, Count>>map(field -> new HashMap<>()).toList();

  /** Counts a row for each field whose own part alone, if any, it fails. */
  void add(FleetRow row, FleetQuery.Match match) {
    switch (match) {
      case FleetQuery.Match.All() -> {
        for (int i = 0; i < FIELDS.size(); i++) {
          add(i, row);
        }
      }
      case FleetQuery.Match.AllBut(FleetField field) -> {
        int index = FIELDS.indexOf(field);
        if (index >= 0) {
          add(index, row);
        }
      }
      case FleetQuery.Match.No() -> {}
    }
  }

  private void add(int index, FleetRow row) {
    Map<String, Count> values = counts.get(index);
    String value = row.value(FIELDS.get(index));
    Count count = values.get(value);
    if (count == null) {
      count = new Count();
      values.put(value, count);
    }
    count.devices++;
  }

  /** By field, in the order of values. */
  Map<FleetField, SortedMap<String, Integer>> most() {
    Map<FleetField, SortedMap<String, Integer>> most = new EnumMap<>(FleetField.class);
    for (int i = 0; i < FIELDS.size(); i++) {
      SortedMap<String, Integer> kept = new TreeMap<>();
      counts.get(i).entrySet().stream()
          .sorted((one, other) -> other.getValue().devices - one.getValue().devices)
          .limit(MOST)
          .forEach(value -> kept.put(value.getKey(), value.getValue().devices));
      most.put(FIELDS.get(i), kept);
    }
    return most;
  }
}
