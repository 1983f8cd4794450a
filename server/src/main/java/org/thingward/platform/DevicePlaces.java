package org.thingward.platform;

import java.util.Optional;

/**
 * Tells where a device is, as far as scopes ask; the room {@code inventory} implements it. Answers
 * from memory, so that no cut waits for storage (rule T6).
 */
@FunctionalInterface
public interface DevicePlaces {
  /** Nobody knows any device. */
  DevicePlaces UNKNOWN = device -> Optional.empty();

  /** Where the device with this id is; empty if none is registered. */
  Optional<Place> of(String device);

  /** The region that a device is in, and its product. */
  record Place(String region, String product) {}
}
