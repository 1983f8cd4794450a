package org.thingward.verify.tpm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which PCRs of one bank (TPMS_PCR_SELECTION, Part 2, 10.6.2).
 *
 * @param bank the bank's hash
 * @param pcrs their numbers, 0 to 31
 */
public record PcrSelection(TpmAlgorithm bank, SortedSet<Integer> pcrs) {
  private static final int MOST_BANKS = 16;
  private static final int MOST_BYTES = 4;

  public PcrSelection {
    pcrs = Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
  }

  /** A list of them, each bank once. */
  static List<PcrSelection> list(TpmBytes from) {
    int count = from.u32();
    if (count > MOST_BANKS) {
      throw from.refused("PCRs of %d banks".formatted(count));
    }
    List<PcrSelection> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PcrSelection next = one(from);
      if (all.stream().anyMatch(each -> each.bank() == next.bank())) {
        throw from.refused("the bank %s twice".formatted(next.bank().word()));
      }
      all.add(next);
    }
    return List.copyOf(all);
  }

  private static PcrSelection one(TpmBytes from) {
    TpmAlgorithm bank = from.hash();
    int bytes = from.u8();
    if (bytes > MOST_BYTES) {
      throw from.refused("a selection of PCRs of %d bytes".formatted(bytes));
    }
    SortedSet<Integer> pcrs = new TreeSet<>();
    for (int i = 0; i < bytes; i++) {
      int bits = from.u8();
      for (int bit = 0; bit < 8; bit++) {
        if ((bits & 1 << bit) != 0) {
          pcrs.add(8 * i + bit);
        }
      }
    }
    return new PcrSelection(bank, pcrs);
  }
}
