package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.util.ArrayList;
import java.util.List;

/** Where a program was started from (UEFI_IMAGE_LOAD_EVENT; UEFI 2.10, 10.3). */
final class DevicePath {
  private static final int MEDIA = 0x04;
  private static final int FILE = 0x04;
  private static final int FIRMWARE_FILE = 0x06;
  private static final int MESSAGING = 0x03;
  private static final int URI = 0x18;
  private static final int END = 0x7F;
  private static final int LONGEST = 1 << 16;

  private DevicePath() {}

  /** The file that it names, or nothing. */
  static String words(byte[] image) {
    LittleEndian from = new LittleEndian("program", image);
    from.take(24);
    byte[] path = from.take(from.u64(LONGEST));
    List<String> parts = new ArrayList<>();
    LittleEndian nodes = new LittleEndian("path", path);
    while (!nodes.isAtEnd()) {
      int type = nodes.u8();
      int kind = nodes.u8();
      int length = nodes.u16();
      if (type == END || length < 4) {
        break;
      }
      byte[] node = nodes.take(length - 4);
      if (type == MEDIA && kind == FILE) {
        parts.add(EventWords.printable(new String(node, UTF_16LE)));
      } else if (type == MEDIA && kind == FIRMWARE_FILE) {
        parts.add("from the firmware");
      } else if (type == MESSAGING && kind == URI) {
        parts.add(
            EventWords.printable(new String(node, java.nio.charset.StandardCharsets.US_ASCII)));
      }
    }
    return String.join("", parts);
  }
}
