package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import java.util.SortedMap;
import org.thingward.platform.Recent;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.boot.SecureBoot;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * Replays event logs against what is quoted. A device that boots as before sends the same log with
 * each quote: that it agreed is remembered under the digest of all that this follows from, every
 * byte of the log, the bank, and the values of the firmware's PCRs. What did not agree is never
 * remembered.
 */
final class AgreedLogs {
  /** Some 6 MB. */
  private static final int REMEMBERED = 32_768;

  private final Recent<Digest, SecureBoot> agreed = new Recent<>(REMEMBERED);

  /**
   * A log that agrees with what is quoted.
   *
   * @param log its digest
   * @param secure what it says of secure boot
   */
  record Agreed(Digest log, SecureBoot secure) {}

  /**
   * Requires that it is the log of the boot whose PCRs are quoted.
   *
   * @param pcrs the quoted values of the bank, those of the firmware among them
   * @throws org.thingward.verify.boot.BootLogRefused if it is none, or another boot's
   */
  Agreed require(byte[] log, TpmAlgorithm bank, SortedMap<Integer, String> pcrs) {
    Digest ofLog = Digest.of(log);
    Digest asked =
        Digest.of(
            ofLog.bytes(), BootClaims.measurement(pcrs).bytes(), bank.word().getBytes(US_ASCII));
    Optional<SecureBoot> before = agreed.find(asked);
    if (before.isPresent()) {
      return new Agreed(ofLog, before.get());
    }
    BootLog read = BootLog.read(log);
    read.requireAgreement(bank, pcrs);
    SecureBoot secure = SecureBoot.of(read, bank);
    agreed.keep(asked, secure);
    return new Agreed(ofLog, secure);
  }
}
