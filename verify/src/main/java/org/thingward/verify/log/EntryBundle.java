package org.thingward.verify.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A bundle of up to 256 entries, each after its length in two bytes (C2SP tlog-tiles). */
public final class EntryBundle {
  private static final int MAX_ENTRY = 65_535;

  private EntryBundle() {}

  /** The bytes of a bundle with these entries, each of at most 65,535 bytes. */
  public static byte[] encode(List<byte[]> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      if (entry.length > MAX_ENTRY) {
        throw new IllegalArgumentException("an entry has at most 65535 bytes");
      }
      out.write(entry.length >>> 8);
      out.write(entry.length);
      out.writeBytes(entry);
    }
    return out.toByteArray();
  }

  /**
   * Reads a bundle of exactly {@code width} entries.
   *
   * @throws MalformedBundle if it holds fewer, more, or ends in the middle of one
   */
  public static List<byte[]> decode(byte[] bytes, int width) throws MalformedBundle {
    List<byte[]> entries = new ArrayList<>(width);
    int at = 0;
    while (entries.size() < width) {
      int body = at + 2;
      if (body > bytes.length) {
        throw new MalformedBundle(entries, "the bundle ends before it");
      }
      int end = body + ((bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff));
      if (end > bytes.length) {
        throw new MalformedBundle(entries, "its length goes beyond the bundle's end");
      }
      entries.add(Arrays.copyOfRange(bytes, body, end));
      at = end;
    }
    if (at != bytes.length) {
      throw new MalformedBundle(entries, (bytes.length - at) + " bytes follow the last entry");
    }
    return entries;
  }

  /** A bundle could be read up to one of its entries only. */
  public static final class MalformedBundle extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<byte[]> readable;

    MalformedBundle(List<byte[]> readable, String reason) {
      super(reason);
      this.readable = List.copyOf(readable);
    }

    /** The entries before the one that cannot be read. */
    public List<byte[]> readable() {
      return readable;
    }
  }
}
