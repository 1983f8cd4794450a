package org.thingward.gateway;

/** Tells whether bytes are a UTF-8 string as MQTT wants it (§1.5.4). */
final class Utf8 {
  private Utf8() {}

  /** Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates) without U+0000. */
  static boolean isValid(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int length = sequenceLength(bytes, at);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** The length of the valid sequence that begins at {@code at}; 0 if there is none. */
  private static int sequenceLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return first == 0 ? 0 : 1;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return secondFits(first, bytes[at + 1] & 0xFF) ? length : 0;
  }

  /** Excludes overlong forms, surrogates, and what is beyond U+10FFFF. */
  private static boolean secondFits(int first, int second) {
    return switch (first) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }
}
