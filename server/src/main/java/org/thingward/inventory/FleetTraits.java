package org.thingward.inventory;

import java.util.Optional;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Posture;
import org.thingward.trust.Scope;
import org.thingward.trust.Tier;

/**
 * All that a query can ask of a device but its id. A fleet has few different ones, so that a search
 * looks at each once, and counts the devices that are alike.
 *
 * @param tier the tier of its posture; none for a device of which nothing is known
 * @param assurance that of its posture; L0 for a device of which nothing is known
 * @param reason the component of the worst reason for its posture; empty if there is none
 * @param lifecycle empty if it is not registered; then the others of its record are too
 */
record FleetTraits(
    Tier tier,
    AssuranceLevel assurance,
    String reason,
    String product,
    String release,
    String region,
    String owner,
    Optional<Lifecycle> lifecycle) {

  static FleetTraits of(Optional<Device> device, Optional<Posture> posture) {
    return new FleetTraits(
        posture.map(Posture::tier).orElse(Tier.NONE),
        posture.map(Posture::assurance).orElse(AssuranceLevel.L0),
        posture
            .filter(stands -> !stands.reasons().isEmpty())
            .map(stands -> stands.reasons().getFirst().component().word())
            .orElse(""),
        device.map(Device::product).orElse(""),
        device.map(Device::release).orElse(""),
        device.map(Device::region).orElse(""),
        device.map(Device::owner).orElse(""),
        device.map(Device::lifecycle));
  }

  /** Whether devices like this are in the scope; one not registered is in that of everywhere. */
  boolean areWithin(Scope scope) {
    return lifecycle.isPresent() ? scope.contains(region, product) : scope.isEverywhere();
  }

  /** The registered release that they run, if it is known. */
  Optional<Release> running(Catalogue known) {
    return known.release(product, release);
  }

  /** What they have for a field; empty if nothing. */
  String value(FleetField field) {
    return switch (field) {
      case TIER -> tier.word();
      case ASSURANCE -> assurance.name();
      case REASON -> reason;
      case PRODUCT -> product;
      case FIRMWARE, STALE -> release;
      case REGION -> region;
      case OWNER -> owner;
      case LIFECYCLE -> lifecycle.map(Lifecycle::word).orElse("");
      case ID -> throw new IllegalArgumentException("each device has an id of its own");
    };
  }
}
