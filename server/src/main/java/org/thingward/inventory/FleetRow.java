package org.thingward.inventory;

import java.util.Optional;
import org.thingward.trust.Posture;

/**
 * A device of the fleet: its record, its posture, or both.
 *
 * @param id its id
 * @param device its record, if it is registered
 * @param posture how it stands, if anything was ever stated of it
 * @param traits what follows from both
 */
record FleetRow(String id, Optional<Device> device, Optional<Posture> posture, FleetTraits traits) {
  FleetRow(String id, Optional<Device> device, Optional<Posture> posture) {
    this(id, device, posture, FleetTraits.of(device, posture));
  }

  FleetRow with(Device record) {
    return new FleetRow(id, Optional.of(record), posture);
  }

  FleetRow with(Posture stands) {
    return new FleetRow(id, device, Optional.of(stands));
  }

  /** The same row, with the one object that all who are alike have in common. */
  FleetRow with(FleetTraits common) {
    return new FleetRow(id, device, posture, common);
  }

  /** What this row has for a field; empty if nothing. */
  String value(FleetField field) {
    return field == FleetField.ID ? id : traits.value(field);
  }
}
