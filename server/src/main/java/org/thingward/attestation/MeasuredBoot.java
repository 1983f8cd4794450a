package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootEvent;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.boot.BootLogRefused;
import org.thingward.verify.boot.ImaList;
import org.thingward.verify.tpm.TpmAlgorithm;
import org.thingward.verify.tpm.VerifiedQuote;

/**
 * What a quote showed of one boot.
 *
 * @param measurement the digest that its evidence names it by
 * @param bank the hash of the bank
 * @param pcrs their values in hexadecimal digits; without PCR 10, which grows while a system runs
 * @param log the event log that agreed with them, if one was given and is not too long to keep
 */
record MeasuredBoot(
    Digest measurement, TpmAlgorithm bank, SortedMap<Integer, String> pcrs, Optional<byte[]> log) {
  private static final int LONGEST_LOG = 1 << 19;

  MeasuredBoot {
    pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
  }

  /**
   * That of a quote.
   *
   * @param claims what the quote says
   */
  static MeasuredBoot of(VerifiedQuote quote, BootClaims claims, Optional<byte[]> log) {
    TreeMap<Integer, String> pcrs = new TreeMap<>(quote.pcrs().bank(claims.bank()));
    pcrs.remove(ImaList.PCR);
    return new MeasuredBoot(
        claims.measurement(),
        claims.bank(),
        pcrs,
        log.filter(bytes -> bytes.length <= LONGEST_LOG));
  }

  /** Whether these are the values that its measurement is of. */
  boolean isWhole() {
    return BootClaims.measurement(pcrs).equals(measurement);
  }

  /** This one without a log that is another than the one on record. */
  MeasuredBoot withLogOnly(Optional<Digest> onRecord) {
    return new MeasuredBoot(
        measurement,
        bank,
        pcrs,
        log.filter(bytes -> onRecord.filter(Digest.of(bytes)::equals).isPresent()));
  }

  /** What its log tells, if that is a log of these values. */
  List<BootEvent> events() {
    if (log.isEmpty()) {
      return List.of();
    }
    try {
      BootLog told = BootLog.read(log.get());
      told.requireAgreement(bank, pcrs);
      return told.events();
    } catch (BootLogRefused changed) {
      return List.of();
    }
  }

  /**
   * The PCRs that have other values there; those that only one of both was quoted with are none.
   */
  SortedSet<Integer> differing(MeasuredBoot other) {
    SortedSet<Integer> differing = new TreeSet<>(pcrs.keySet());
    differing.retainAll(other.pcrs.keySet());
    differing.removeIf(pcr -> Objects.equals(pcrs.get(pcr), other.pcrs.get(pcr)));
    return differing;
  }

  /**
   * The same for two that say the same.
   *
   * @param ofLog the digest of its log, computed before
   */
  Digest says(Optional<Digest> ofLog) {
    return Digest.of(
        (bank.word() + pcrs).getBytes(UTF_8), ofLog.map(Digest::bytes).orElse(new byte[0]));
  }
}
