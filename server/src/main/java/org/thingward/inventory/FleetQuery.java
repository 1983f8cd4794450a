package org.thingward.inventory;

import java.util.List;

/** Which devices of the fleet are asked for: those that meet every part. */
final class FleetQuery {
  private final List<Part> parts;
  private final List<Part> ofIds;
  private final List<Part> ofTraits;

  /** Makes one of these parts: at most one for each field but the id, of which a word makes one. */
  FleetQuery(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.ofIds = parts.stream().filter(part -> part.field() == FleetField.ID).toList();
    this.ofTraits = parts.stream().filter(part -> part.field() != FleetField.ID).toList();
  }

  List<Part> parts() {
    return parts;
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
  private static final Match ALL_BUT_ID = new Match.AllBut(FleetField.ID);
  private static final Match NO = new Match.No();

  /** How the row meets this, with these releases known. */
  Match match(FleetRow row, Catalogue known) {
    Match match = matchTraits(row, known);
    if (asksForThis(row, known)) {
      return match;
    }
    return match == ALL ? ALL_BUT_ID : NO;
  }

  /** Whether it meets all that is asked of ids. */
  boolean asksForThis(FleetRow row, Catalogue known) {
    for (Part part : ofIds) {
      if (!part.holds(row, known)) {
        return false;
      }
    }
    return true;
  }

  /** How the row, and each with the same traits, meets what is asked of all but ids. */
  Match matchTraits(FleetRow row, Catalogue known) {
    Match match = ALL;
    for (Part part : ofTraits) {
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
