package org.thingward.attestation;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.ImaList;
import org.thingward.verify.tpm.TpmAlgorithm;
import org.thingward.verify.tpm.VerifiedQuote;

/**
 * What a quote, and the logs that agree with it, say of a boot.
 *
 * @param claims by their names in the policy
 * @param bank the hash of the bank that counts
 * @param measurement the digest of the values of PCRs 0 to 7
 * @param log the digest of the event log, if one was given
 */
record BootClaims(
    Map<String, ClaimValue> claims, TpmAlgorithm bank, Digest measurement, Optional<Digest> log) {
  private static final int FIRMWARE_PCRS = 8;
  private static final List<TpmAlgorithm> BANKS =
      List.of(TpmAlgorithm.SHA256, TpmAlgorithm.SHA384, TpmAlgorithm.SHA512);

  /**
   * Makes them.
   *
   * @param logs replays the event log
   * @throws org.thingward.verify.boot.BootLogRefused if a log is none, or another boot's
   */
  static BootClaims of(
      VerifiedQuote quote,
      Optional<byte[]> eventLog,
      Optional<byte[]> measuredFiles,
      AgreedLogs logs) {
    TpmAlgorithm bank = bank(quote);
    SortedMap<Integer, String> pcrs = quote.pcrs().bank(bank);
    Map<String, ClaimValue> claims = new TreeMap<>();
    Digest measurement = measurement(pcrs);
    claims.put("boot.measurement", new ClaimValue.Measurement(measurement));
    claims.put("tpm.firmware", word("%016x".formatted(quote.firmware())));
    Optional<AgreedLogs.Agreed> log = eventLog.map(bytes -> logs.require(bytes, bank, pcrs));
    log.ifPresent(agreed -> {
      claims.put("boot.secure", word(agreed.secure().name().toLowerCase(Locale.ROOT)));
      claims.put("boot.log", digests(agreed.log()));
    });
    measuredFiles.ifPresent(bytes -> {
      String value = pcrs.get(ImaList.PCR);
      if (value == null) {
        throw Attestation.refused("'files' needs PCR 10 in the quote.");
      }
      int told = ImaList.read(bytes).requireAgreement(bank, value);
      claims.put("files.measured", new ClaimValue.Count(told));
      claims.put("files.list", digests(Digest.of(bytes)));
    });
    return new BootClaims(claims, bank, measurement, log.map(AgreedLogs.Agreed::log));
  }

  /** The bank that counts: the first of which all PCRs of the firmware are quoted. */
  static TpmAlgorithm bank(VerifiedQuote quote) {
    return BANKS.stream()
        .filter(bank -> quote.pcrs().bank(bank).headMap(FIRMWARE_PCRS).size() == FIRMWARE_PCRS)
        .findFirst()
        .orElseThrow(
            () -> Attestation.refused("Quote PCRs 0 to 7 of bank sha256, sha384 or sha512."));
  }

  /** Of the values of PCRs 0 to 7, one after the other. */
  static Digest measurement(SortedMap<Integer, String> pcrs) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pcrs.headMap(FIRMWARE_PCRS)
        .values()
        .forEach(value -> all.writeBytes(HexFormat.of().parseHex(value)));
    return Digest.of(all.toByteArray());
  }

  private static ClaimValue word(String text) {
    return new ClaimValue.Word(text);
  }

  private static ClaimValue digests(Digest one) {
    return new ClaimValue.Digests(new TreeSet<>(List.of(one)));
  }
}
