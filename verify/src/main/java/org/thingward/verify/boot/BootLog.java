package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * The events that firmware and boot loader measured, in their order, as Linux shows them in {@code
 * /sys/kernel/security/tpm0/binary_bios_measurements}: with digests of each bank (crypto-agile), or
 * with SHA-1 alone.
 *
 * @param banks the hashes of the banks that it has digests of
 * @param events all of them
 */
public record BootLog(List<TpmAlgorithm> banks, List<BootEvent> events) {
  /** Bytes of the largest that is read. */
  public static final int LARGEST = 8 << 20;

  private static final int MOST_EVENTS = 20_000;
  private static final int MOST_BANKS = 8;
  private static final int PCRS = 24;
  private static final byte[] AGILE = "Spec ID Event03\0".getBytes(US_ASCII);
  private static final byte[] LOCALITY = "StartupLocality\0".getBytes(US_ASCII);

  public BootLog {
    banks = List.copyOf(banks);
    events = List.copyOf(events);
  }

  /**
   * Reads one.
   *
   * @throws BootLogRefused if it is none, with the place
   */
  public static BootLog read(byte[] bytes) {
    if (bytes.length > LARGEST) {
      throw new BootLogRefused("an event log of more than " + LARGEST + " bytes");
    }
    LittleEndian from = new LittleEndian("event log", bytes);
    BootEvent first = sha1Event(from);
    byte[] data = first.data();
    boolean agile =
        first.kind() == EventKind.NO_ACTION
            && Arrays.equals(Arrays.copyOf(data, AGILE.length), AGILE);
    Map<Integer, Integer> lengths = agile ? lengths(data) : Map.of();
    List<BootEvent> events = new ArrayList<>(List.of(first));
    while (!from.isAtEnd() && !from.isPadding()) {
      if (events.size() == MOST_EVENTS) {
        throw from.refused("more than " + MOST_EVENTS + " events");
      }
      events.add(agile ? event(from, lengths) : sha1Event(from));
    }
    List<TpmAlgorithm> banks =
        agile
            ? Arrays.stream(TpmAlgorithm.values())
                .filter(each -> each.isHash() && lengths.containsKey(each.number()))
                .toList()
            : List.of(TpmAlgorithm.SHA1);
    return new BootLog(banks, events);
  }

  /** TCG_PCClientPCREvent. */
  private static BootEvent sha1Event(LittleEndian from) {
    int pcr = from.bits32();
    EventKind kind = kind(from, pcr);
    String digest = HexFormat.of().formatHex(from.take(20));
    return new BootEvent(
        pcr, kind, Map.of(TpmAlgorithm.SHA1, digest), from.take(from.u32(LARGEST)));
  }

  /** The kind that follows: notes that are not measured may name no PCR. */
  private static EventKind kind(LittleEndian from, int pcr) {
    EventKind kind = EventKind.of(from.bits32());
    if ((pcr < 0 || pcr >= PCRS) && kind != EventKind.NO_ACTION) {
      throw from.refused("PCR " + Integer.toUnsignedString(pcr));
    }
    return kind;
  }

  /** The lengths of digests by their algorithm, from TCG_EfiSpecIDEvent. */
  private static Map<Integer, Integer> lengths(byte[] specification) {
    LittleEndian from = new LittleEndian("first event", specification);
    from.take(AGILE.length + 8);
    int count = from.u32(MOST_BANKS);
    Map<Integer, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int algorithm = from.u16();
      int length = from.u16();
      TpmAlgorithm known = known(algorithm);
      if (length > 64 || known != null && known.length() != length) {
        throw from.refused("digests of algorithm 0x%04x of %d bytes".formatted(algorithm, length));
      }
      if (lengths.put(algorithm, length) != null) {
        throw from.refused("algorithm 0x%04x twice".formatted(algorithm));
      }
    }
    from.take(from.u8());
    return lengths;
  }

  private static @Nullable TpmAlgorithm known(int number) {
    return TpmAlgorithm.of(number).filter(TpmAlgorithm::isHash).orElse(null);
  }

  /** TCG_PCR_EVENT2. */
  private static BootEvent event(LittleEndian from, Map<Integer, Integer> lengths) {
    int pcr = from.bits32();
    EventKind kind = kind(from, pcr);
    int count = from.u32(MOST_BANKS);
    Map<TpmAlgorithm, String> digests = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      int algorithm = from.u16();
      Integer length = lengths.get(algorithm);
      if (length == null) {
        throw from.refused(
            "a digest of algorithm 0x%04x, which is not announced".formatted(algorithm));
      }
      byte[] digest = from.take(length);
      TpmAlgorithm known = known(algorithm);
      if (known != null && digests.put(known, HexFormat.of().formatHex(digest)) != null) {
        throw from.refused("two digests of " + known.word());
      }
    }
    return new BootEvent(pcr, kind, digests, from.take(from.u32(LARGEST)));
  }

  /**
   * The values that PCRs have after all of it, of one bank; those that no event was extended into
   * are not among them.
   *
   * @throws BootLogRefused if an event has no digest of this bank
   */
  public SortedMap<Integer, String> replay(TpmAlgorithm bank) {
    SortedMap<Integer, byte[]> values = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      BootEvent event = events.get(i);
      if (!event.isMeasured()) {
        locality(event).ifPresent(locality -> values.putIfAbsent(0, start(bank, locality)));
        continue;
      }
      String digest = event.digests().get(bank);
      if (digest == null) {
        throw new BootLogRefused("event %d has no digest of %s".formatted(i, bank.word()));
      }
      byte[] before = values.getOrDefault(event.pcr(), new byte[bank.length()]);
      values.put(event.pcr(), bank.digest(before, HexFormat.of().parseHex(digest)));
    }
    SortedMap<Integer, String> text = new TreeMap<>();
    values.forEach((pcr, value) -> text.put(pcr, HexFormat.of().formatHex(value)));
    return text;
  }

  /** Who started the TPM shows in the first value of PCR 0 (Firmware Profile 1.05, 10.4.5.3). */
  private static Optional<Integer> locality(BootEvent event) {
    byte[] data = event.data();
    boolean says =
        data.length == LOCALITY.length + 1
            && Arrays.equals(Arrays.copyOf(data, LOCALITY.length), LOCALITY);
    return says ? Optional.of(data[LOCALITY.length] & 0xFF) : Optional.empty();
  }

  private static byte[] start(TpmAlgorithm bank, int locality) {
    byte[] value = new byte[bank.length()];
    value[value.length - 1] = (byte) locality;
    return value;
  }

  /**
   * Requires that it is the log of the boot whose PCRs are quoted.
   *
   * @param bank the hash of the bank
   * @param quoted values of that bank, of which a log may tell a part
   * @throws BootLogRefused if a quoted PCR of the firmware (0 to 7) has another value
   */
  public void requireAgreement(TpmAlgorithm bank, SortedMap<Integer, String> quoted) {
    SortedMap<Integer, String> replayed = replay(bank);
    String untouched = "0".repeat(2 * bank.length());
    quoted
        .headMap(8)
        .forEach((pcr, value) -> {
          if (!value.equals(replayed.getOrDefault(pcr, untouched))) {
            throw new BootLogRefused(
                "PCR %d of bank %s is quoted as another value than its events give"
                    .formatted(pcr, bank.word()));
          }
        });
  }
}
