package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.util.HexFormat;

/**
 * A variable of the firmware that was measured (UEFI_VARIABLE_DATA, Firmware Profile 1.05, 10.2.6).
 *
 * @param vendor whose it is: its GUID as it is in the log, in hexadecimal digits
 * @param name e.g. {@code SecureBoot}
 * @param data its value
 */
record EfiVariable(String vendor, String name, byte[] data) {
  /** Of the UEFI specification itself: 8be4df61-93ca-11d2-aa0d-00e098032b8c. */
  static final String GLOBAL = "61dfe48bca93d211aa0d00e098032b8c";

  private static final int LONGEST_NAME = 1_024;

  static EfiVariable read(byte[] bytes) {
    LittleEndian from = new LittleEndian("variable", bytes);
    String vendor = HexFormat.of().formatHex(from.take(16));
    int name = from.u64(LONGEST_NAME);
    int length = from.u64(BootLog.LARGEST);
    EfiVariable read = new EfiVariable(vendor, from.text(2 * name, UTF_16LE), from.take(length));
    if (!from.isAtEnd()) {
      throw from.refused("bytes are left");
    }
    return read;
  }

  boolean isFlag() {
    return data.length == 1 && data[0] >= 0 && data[0] <= 1;
  }

  boolean isSet() {
    return isFlag() && data[0] == 1;
  }
}
