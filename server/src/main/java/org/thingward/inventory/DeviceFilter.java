package org.thingward.inventory;

import java.time.LocalDate;
import java.util.Optional;
import org.thingward.trust.Scope;

/**
 * Which devices a query asks for; what is empty does not matter.
 *
 * @param release the version they run; the empty text finds those whose release is not known
 * @param releasedBy the day by which the release they run had come out; never true of a device
 *     whose release is not known
 * @param scope within which they are
 */
record DeviceFilter(
    Optional<String> product,
    Optional<String> release,
    Optional<String> region,
    Optional<String> owner,
    Optional<Lifecycle> lifecycle,
    Optional<LocalDate> releasedBy,
    Scope scope) {
  static final DeviceFilter ALL =
      new DeviceFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Scope.EVERYWHERE);
}
