package org.thingward.device;

import org.jspecify.annotations.Nullable;

/** A TPM of software could not be made or used; the message says what failed. */
public final class VirtualTpmFailed extends IllegalStateException {
  private static final long serialVersionUID = 1;

  VirtualTpmFailed(@Nullable String message) {
    super(message);
  }
}
