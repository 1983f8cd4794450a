package org.thingward.verify.boot;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * One event of a boot.
 *
 * @param pcr into which PCR its digests were extended, 0 to 23; anything if it was not measured
 * @param kind what it is
 * @param digests by the hash of the bank, in lower-case hexadecimal digits
 * @param data what was measured, or what tells of it
 */
public record BootEvent(int pcr, EventKind kind, Map<TpmAlgorithm, String> digests, byte[] data) {
  public BootEvent {
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    data = data.clone();
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  /** Whether it was extended into its PCR. */
  public boolean isMeasured() {
    return kind != EventKind.NO_ACTION;
  }

  /**
   * Whether its data is what the bank's digest is of, so that what it says was measured. Of a
   * program that was started the digest is the program's, and the data only tells of it.
   */
  public boolean isOfItsData(TpmAlgorithm bank) {
    return java.util.HexFormat.of().formatHex(bank.digest(data)).equals(digests.get(bank));
  }

  /** What it says, in words for a person; a device's own word unless {@link #isOfItsData}. */
  public String words() {
    return EventWords.of(this);
  }
}
