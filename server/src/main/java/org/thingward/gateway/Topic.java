package org.thingward.gateway;

/** The bytes of a topic name (§4.7). */
final class Topic {
  private Topic() {}

  /**
   * Whether these bytes can be a topic name: at least one, no wildcard. That they are UTF-8 was
   * seen when they were read.
   */
  static boolean isName(byte[] topic) {
    for (byte b : topic) {
      if (b == '+' || b == '#') {
        return false;
      }
    }
    return topic.length > 0;
  }

  /** Whether it begins with {@code $}: the broker's own, never a device's. */
  static boolean isReserved(byte[] topic) {
    return topic.length > 0 && topic[0] == '$';
  }
}
