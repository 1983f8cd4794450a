package org.thingward.inventory;

import java.util.List;

/**
 * Which devices of the fleet are asked for: those that meet every part.
 *
 * @param parts at most one for each field but the id, of which each word makes one
 */
record FleetQuery(List<Part> parts) {
  FleetQuery {
    parts = List.copyOf(parts);
  }

  /**
   * What is asked of one field: one of {@code any}, if there are some, and none of {@code none}.
   */
  record Part(FleetField field, List<FleetCondition> any, List<FleetCondition> none) {
    Part {
      any = List.copyOf(any);
      none = List.copyOf(none);
    }

    boolean holds(FleetRow row, Catalogue known) {
      for (FleetCondition condition : none) {
        if (condition.holds(field, row, known)) {
          return false;
        }
      }
      for (FleetCondition condition : any) {
        if (condition.holds(field, row, known)) {
          return true;
        }
      }
      return any.isEmpty();
    }
  }

  /** How a row meets a query. */
  sealed interface Match {
    /** It meets all parts. */
    record All() implements Match {}

    /** It meets all parts but that of this field. */
    record AllBut(FleetField field) implements Match {}

    /** It fails in more than one field. */
    record No() implements Match {}
  }

  private static final Match ALL = new Match.All();
  private static final Match NO = new Match.No();

  /** How the row meets this, with these releases known. */
  Match match(FleetRow row, Catalogue known) {
    Match match = ALL;
    for (Part part : parts) {
      if (!part.holds(row, known)) {
        boolean again = match instanceof Match.AllBut(var failed) && failed == part.field();
        if (match != ALL && !again) {
          return NO;
        }
        match = new Match.AllBut(part.field());
      }
    }
    return match;
  }
}
