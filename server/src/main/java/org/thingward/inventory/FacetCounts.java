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

  private final List<Map<String, Integer>> counts =
      FIELDS.stream().<Map<String, Integer>>map(field -> new HashMap<>()).toList();

  /** Counts devices of these traits for each field whose own part alone, if any, they fail. */
  void add(FleetTraits traits, FleetQuery.Match match, int devices) {
    switch (match) {
      case FleetQuery.Match.All() -> {
        for (int i = 0; i < FIELDS.size(); i++) {
          add(i, traits, devices);
        }
      }
      case FleetQuery.Match.AllBut(FleetField field) -> {
        int index = FIELDS.indexOf(field);
        if (index >= 0) {
          add(index, traits, devices);
        }
      }
      case FleetQuery.Match.No() -> {}
    }
  }

  private void add(int index, FleetTraits traits, int devices) {
    counts.get(index).merge(traits.value(FIELDS.get(index)), devices, Integer::sum);
  }

  /** By field, in the order of values. */
  Map<FleetField, SortedMap<String, Integer>> most() {
    Map<FleetField, SortedMap<String, Integer>> most = new EnumMap<>(FleetField.class);
    for (int i = 0; i < FIELDS.size(); i++) {
      SortedMap<String, Integer> kept = new TreeMap<>();
      counts.get(i).entrySet().stream()
          .sorted((one, other) -> other.getValue() - one.getValue())
          .limit(MOST)
          .forEach(value -> kept.put(value.getKey(), value.getValue()));
      most.put(FIELDS.get(i), kept);
    }
    return most;
  }
}
