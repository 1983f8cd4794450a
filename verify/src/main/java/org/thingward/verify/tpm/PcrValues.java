package org.thingward.verify.tpm;

import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values of PCRs: of each bank each PCR's, in lower-case hexadecimal digits. By themselves they are
 * a device's own word; a quote that covers them makes them its TPM's.
 *
 * @param banks by the hash of the bank, then by the PCR's number
 */
public record PcrValues(Map<TpmAlgorithm, SortedMap<Integer, String>> banks) {
  public PcrValues {
    Map<TpmAlgorithm, SortedMap<Integer, String>> copied = new TreeMap<>();
    banks.forEach((bank, values) ->
        copied.put(bank, Collections.unmodifiableSortedMap(new TreeMap<>(values))));
    banks = Collections.unmodifiableMap(copied);
  }

  /**
   * The values of what {@code selected} names, in its order, one directly after the other: what
   * {@code tpm2_quote --pcrs_format=values} writes.
   *
   * @throws TpmRefused if there are more or fewer bytes than that
   */
  public static PcrValues read(List<PcrSelection> selected, byte[] bytes) {
    return TpmBytes.read(
        "values of PCRs",
        bytes,
        from -> {
          Map<TpmAlgorithm, SortedMap<Integer, String>> banks = new TreeMap<>();
          for (PcrSelection selection : selected) {
            SortedMap<Integer, String> values = new TreeMap<>();
            for (int pcr : selection.pcrs()) {
              values.put(pcr, HexFormat.of().formatHex(from.take(selection.bank().length())));
            }
            banks.put(selection.bank(), values);
          }
          return new PcrValues(banks);
        });
  }

  /** Of one bank; empty if nothing is known of it. */
  public SortedMap<Integer, String> bank(TpmAlgorithm hash) {
    return banks.getOrDefault(hash, new TreeMap<>());
  }

  /** What a quote of {@code selected} digests, or is refused: a value that is missing. */
  byte[] digest(TpmAlgorithm hash, List<PcrSelection> selected) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (PcrSelection selection : selected) {
      SortedMap<Integer, String> values = bank(selection.bank());
      for (int pcr : selection.pcrs()) {
        String value = values.get(pcr);
        if (value == null) {
          throw new TpmRefused(
              "PCR %d of bank %s is quoted, and its value is missing"
                  .formatted(pcr, selection.bank().word()));
        }
        all.writeBytes(HexFormat.of().parseHex(value));
      }
    }
    return hash.digest(all.toByteArray());
  }
}
