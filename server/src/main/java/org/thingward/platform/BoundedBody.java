package org.thingward.platform;

import java.io.ByteArrayOutputStream;

/** Collects a body of at most {@code limit} bytes. */
final class BoundedBody {
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final int limit;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  /**
   * This, with a further piece.
   *
   * @throws Problem 413 if that is too much
   */
  BoundedBody with(byte[] piece) {
    if (collected.size() + piece.length > limit) {
      throw DeviceListener.tooLarge(limit);
    }
    collected.writeBytes(piece);
    return this;
  }

  byte[] bytes() {
    return collected.toByteArray();
  }
}
