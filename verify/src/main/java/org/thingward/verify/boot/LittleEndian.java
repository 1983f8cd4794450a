package org.thingward.verify.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** Reads what PC firmware writes: the lowest byte first. */
final class LittleEndian {
  private final String what;
  private final ByteBuffer bytes;

  LittleEndian(String what, byte[] bytes) {
    this.what = what;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int u8() {
    return need(1).get() & 0xFF;
  }

  int u16() {
    return need(2).getShort() & 0xFFFF;
  }

  int bits32() {
    return need(4).getInt();
  }

  /** A length or number of at most so much. */
  int u32(int most) {
    return bounded(bits32() & 0xFFFF_FFFFL, most);
  }

  int u64(int most) {
    return bounded(need(8).getLong(), most);
  }

  private int bounded(long value, int most) {
    if (value < 0 || value > most) {
      throw refused("%s, where %d is the most".formatted(Long.toUnsignedString(value), most));
    }
    return (int) value;
  }

  byte[] take(int length) {
    byte[] taken = new byte[length];
    need(length).get(taken);
    return taken;
  }

  String text(int length, Charset charset) {
    return new String(take(length), charset);
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  /** Whether nothing but set bits follows, as in memory that was never written. */
  boolean isPadding() {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) != (byte) 0xFF) {
        return false;
      }
    }
    return true;
  }

  BootLogRefused refused(String why) {
    return new BootLogRefused("%s, byte %d: %s".formatted(what, bytes.position(), why));
  }

  private ByteBuffer need(int length) {
    if (length > bytes.remaining()) {
      throw refused("it breaks off");
    }
    return bytes;
  }
}
