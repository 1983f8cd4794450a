package org.thingward.inventory;

import java.util.Optional;
import org.thingward.trust.Scope;

/**
 * An operator changes nothing outside the scope, and moves nothing out of it or into it. Of a
 * device outside nothing is said but that; that an id is taken cannot be hidden, for ids are
 * unique.
 */
final class ScopeRule {
  private final Scope scope;
  private final RowErrors errors;

  ScopeRule(Scope scope, RowErrors errors) {
    this.scope = scope;
    this.errors = errors;
  }

  /** Refuses a change of a product, or of a release of it, that others have devices of. */
  void checkChanged(String column, String product) {
    if (!scope.holdsProduct(product)) {
      errors.add(
          0,
          column,
          "'%s' is not yours to change: its devices are not all in your scope"
              .formatted(CellCheck.brief(product)));
    }
  }

  /** Refuses a device that is, or would be, outside; whether it is inside. */
  boolean check(Optional<Device> former, CheckedDevice next, String column) {
    boolean inside = former.map(this::contains).orElse(true) && contains(next.device());
    if (!inside) {
      errors.add(
          next.row(),
          column,
          "'%s' is outside your scope, as it is or as it would be".formatted(next.device().id()));
    }
    return inside;
  }

  private boolean contains(Device device) {
    return scope.contains(device.region(), device.product());
  }
}
