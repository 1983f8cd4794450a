package org.thingward.inventory;

/**
 * A retired device does not come back by an edit or an import, where it would go unseen, for that
 * may raise its trust: it takes an operator who may release.
 */
final class RetiredRule {
  private RetiredRule() {}

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
