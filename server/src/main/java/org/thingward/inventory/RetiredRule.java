package org.thingward.inventory;

import java.util.Set;

/**
 * A retired device does not come back by an edit or an import, where it would go unseen, for that
 * may raise its trust: it takes an operator who may release.
 */
final class RetiredRule {
  private RetiredRule() {}

  /** Refuses an id that a device had whose record is gone (rule G9). */
  static void checkNew(CheckedDevice next, String column, Set<String> retired, RowErrors errors) {
    String id = next.device().id();
    if (retired.contains(id)) {
      errors.add(
          next.row(),
          column,
          "'%s' was the id of a device that is gone, and is given to no other; take a new one"
              .formatted(id));
    }
  }

  /** Refuses to bring a retired device back. */
  static void check(Device former, CheckedDevice next, RowErrors errors) {
    if (former.lifecycle() == Lifecycle.RETIRED && next.device().lifecycle() != Lifecycle.RETIRED) {
      errors.add(
          next.row(),
          "lifecycle",
          "'%s' is retired; a new device takes a new id, and this one comes back by POST /devices/%s/reinstate only"
              .formatted(former.id(), former.id()));
    }
  }
}
