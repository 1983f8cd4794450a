package org.thingward.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.thingward.trust.Digest;

/**
 * Writes the log that firmware keeps of what it measured (TCG PC Client Platform Firmware Profile
 * 1.05, 10): crypto-agile, with digests of SHA-256. Who measures events has them in their order.
 */
public final class BootLogWriter {
  private static final int NO_ACTION = 0x3;
  private static final int SEPARATOR = 0x4;
  private static final int VERSION = 0x8;
  private static final int BOOT_LOADER = 0xD;
  private static final int VARIABLE = 0x8000_0001;
  private static final int SHA256 = 0x000B;
  private static final byte[] GLOBAL = HexFormat.of().parseHex("61dfe48bca93d211aa0d00e098032b8c");

  private final List<Event> events = new ArrayList<>();

  /**
   * One measured event.
   *
   * @param pcr into which PCR
   * @param type its number in the TCG's table
   * @param digest what is extended: SHA-256 in hexadecimal digits
   * @param data what the log tells of it
   */
  public record Event(int pcr, int type, String digest, byte[] data) {
    public Event {
      data = data.clone();
    }

    @Override
    public byte[] data() {
      return data.clone();
    }
  }

  /** The version of the firmware. */
  public BootLogWriter firmware(String version) {
    return measured(0, VERSION, (version + "\0").getBytes(UTF_16LE));
  }

  /** Whether secure boot is on. */
  public BootLogWriter secureBoot(boolean on) {
    byte[] name = "SecureBoot".getBytes(UTF_16LE);
    ByteBuffer data = littleEndian(16 + 8 + 8 + name.length + 1);
    data.put(GLOBAL).putLong(name.length / 2).putLong(1).put(name).put((byte) (on ? 1 : 0));
    return measured(7, VARIABLE, data.array());
  }

  /** That the firmware's part is over, in each of its PCRs. */
  public BootLogWriter separators() {
    for (int pcr = 0; pcr < 8; pcr++) {
      measured(pcr, SEPARATOR, new byte[4]);
    }
    return this;
  }

  /** What the boot loader runs, as it says. */
  public BootLogWriter bootLoader(String says) {
    return measured(4, BOOT_LOADER, says.getBytes(US_ASCII));
  }

  private BootLogWriter measured(int pcr, int type, byte[] data) {
    events.add(new Event(pcr, type, HexFormat.of().formatHex(Digest.of(data).bytes()), data));
    return this;
  }

  /** What is to be measured. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /** What PCRs 0 to 7 hold after it: the SHA-256 of their values, one after the other. */
  public Digest measurement() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int pcr = 0; pcr < 8; pcr++) {
      byte[] value = new byte[32];
      for (Event event : events) {
        if (event.pcr() == pcr) {
          value = Digest.of(value, HexFormat.of().parseHex(event.digest())).bytes();
        }
      }
      all.writeBytes(value);
    }
    return Digest.of(all.toByteArray());
  }

  /** The log. */
  public byte[] bytes() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes(head());
    events.forEach(event -> {
      ByteBuffer line = littleEndian(4 + 4 + 4 + 2 + 32 + 4 + event.data().length);
      line.putInt(event.pcr()).putInt(event.type()).putInt(1).putShort((short) SHA256);
      line.put(HexFormat.of().parseHex(event.digest()));
      line.putInt(event.data().length).put(event.data());
      log.writeBytes(line.array());
    });
    return log.toByteArray();
  }

  /** The first event, which says that digests are of SHA-256 (TCG_EfiSpecIDEvent). */
  private static byte[] head() {
    byte[] signature = "Spec ID Event03\0".getBytes(US_ASCII);
    ByteBuffer data = littleEndian(signature.length + 8 + 4 + 4 + 1);
    data.put(signature).putInt(0).put((byte) 0).put((byte) 2).put((byte) 0).put((byte) 2);
    data.putInt(1).putShort((short) SHA256).putShort((short) 32).put((byte) 0);
    ByteBuffer head = littleEndian(4 + 4 + 20 + 4 + data.capacity());
    head.putInt(0).putInt(NO_ACTION).put(new byte[20]).putInt(data.capacity()).put(data.array());
    return head.array();
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
