package org.thingward.inventory;

import java.util.Optional;
import org.thingward.trust.Posture;
import org.thingward.trust.Scope;
import org.thingward.trust.Tier;

/**
 * A device of the fleet: its record, its posture, or both.
 *
 * @param id its id
 * @param device its record, if it is registered
 * @param posture how it stands, if anything was ever stated of it
 */
record FleetRow(String id, Optional<Device> device, Optional<Posture> posture) {
  FleetRow with(Device record) {
    return new FleetRow(id, Optional.of(record), posture);
  }

  FleetRow with(Posture stands) {
    return new FleetRow(id, device, Optional.of(stands));
  }

  /** Whether it is in this scope; one that is not registered is in that of everywhere alone. */
  boolean isWithin(Scope scope) {
    return device.isPresent()
        ? scope.contains(device.get().region(), device.get().product())
        : scope.isEverywhere();
  }

  /** The tier of its posture; none for a device of which nothing is known. */
  Tier tier() {
    return posture.isPresent() ? posture.get().tier() : Tier.NONE;
  }

  /** The registered release that it runs, if it is known. */
  Optional<Release> running(Catalogue known) {
    return device.flatMap(record -> known.release(record.product(), record.release()));
  }

  /** What this row has for a field; empty if nothing. */
  String value(FleetField field) {
    return switch (field) {
      case TIER -> tier().word();
      case REASON -> mainReason();
      case ID -> id;
      case PRODUCT, FIRMWARE, STALE, REGION, OWNER, LIFECYCLE ->
          device.isPresent() ? value(field, device.get()) : "";
    };
  }

  private static String value(FleetField field, Device record) {
    return switch (field) {
      case PRODUCT -> record.product();
      case FIRMWARE, STALE -> record.release();
      case REGION -> record.region();
      case OWNER -> record.owner();
      case LIFECYCLE -> record.lifecycle().word();
      case TIER, REASON, ID -> throw new IllegalArgumentException(field + " is not of the record");
    };
  }

  private String mainReason() {
    return posture.isPresent() && !posture.get().reasons().isEmpty()
        ? posture.get().reasons().getFirst().component().word()
        : "";
  }
}
