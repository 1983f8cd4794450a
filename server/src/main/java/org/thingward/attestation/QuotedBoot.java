package org.thingward.attestation;

import java.time.Instant;
import java.util.Optional;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * What is on record of the boot that a device quoted last.
 *
 * @param received when
 * @param measurement the digest of the values of PCRs 0 to 7
 * @param log the digest of the event log that agreed with them, if one was given
 * @param secure what that log says of secure boot: {@code on}, {@code off} or {@code unknown}
 * @param evidence the id of the evidence
 * @param receipt of its entry in the ledger, once it has one
 */
record QuotedBoot(
    Instant received,
    Digest measurement,
    Optional<Digest> log,
    Optional<String> secure,
    Digest evidence,
    Optional<Receipt> receipt) {

  /** What this room stated last of a device's boot. */
  static Optional<QuotedBoot> newest(EvidenceSink sink, Subject device) {
    return sink.newest(device, Statements.BOOT).flatMap(QuotedBoot::of);
  }

  private static Optional<QuotedBoot> of(EvidenceSink.Stated stated) {
    return stated.evidence().claims().get("boot.measurement")
            instanceof ClaimValue.Measurement measured
        ? Optional.of(of(stated, measured.digest()))
        : Optional.empty();
  }

  private static QuotedBoot of(EvidenceSink.Stated stated, Digest measurement) {
    Evidence evidence = stated.evidence();
    return new QuotedBoot(
        evidence.received(),
        measurement,
        Optional.ofNullable(evidence.claims().get("boot.log"))
            .filter(ClaimValue.Digests.class::isInstance)
            .map(claim -> ((ClaimValue.Digests) claim).digests().first()),
        Optional.ofNullable(evidence.claims().get("boot.secure"))
            .filter(ClaimValue.Word.class::isInstance)
            .map(claim -> ((ClaimValue.Word) claim).word()),
        evidence.id(),
        stated.receipt());
  }
}
