package org.thingward.inventory;

import java.time.LocalDate;
import java.util.Set;

/** One condition on one field of a device. */
sealed interface FleetCondition {
  /** Whether what the row has for the field meets it. */
  boolean holds(FleetField field, FleetRow row, Catalogue known);

  /** It is exactly this text; the empty one finds rows that have nothing there. */
  record Is(String text) implements FleetCondition {
    @Override
    public boolean holds(FleetField field, FleetRow row, Catalogue known) {
      return row.value(field).equals(text);
    }
  }

  /** It has this text in it. */
  record Contains(String text) implements FleetCondition {
    @Override
    public boolean holds(FleetField field, FleetRow row, Catalogue known) {
      return row.value(field).contains(text);
    }
  }

  /**
   * It is a version before or after this one; a device whose version is not known meets neither.
   */
  record Compared(boolean less, boolean orEqual, String version) implements FleetCondition {
    @Override
    public boolean holds(FleetField field, FleetRow row, Catalogue known) {
      String own = row.value(field);
      if (own.isEmpty()) {
        return false;
      }
      int order = Versions.compare(own, version);
      return order == 0 ? orEqual : less == order < 0;
    }
  }

  /** It is one of these levels of assurance. */
  record Among(Set<String> levels) implements FleetCondition {
    public Among {
      levels = Set.copyOf(levels);
    }

    @Override
    public boolean holds(FleetField field, FleetRow row, Catalogue known) {
      return levels.contains(row.value(field));
    }
  }

  /** Its firmware had come out by this day. */
  record ReleasedBy(LocalDate day) implements FleetCondition {
    @Override
    public boolean holds(FleetField field, FleetRow row, Catalogue known) {
      return row.traits()
          .running(known)
          .filter(release -> !release.released().isAfter(day))
          .isPresent();
    }
  }
}
