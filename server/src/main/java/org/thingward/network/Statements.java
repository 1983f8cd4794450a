package org.thingward.network;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/** What this room states of devices, and goes by itself: the evidence on record, no row. */
final class Statements {
  /** How long a device counts as there after its gateway saw it. */
  static final Duration HOLDS = Duration.ofMinutes(15);

  private static final String SOURCE = "network";
  private static final String ATTACHMENT = "network.attachment";
  private static final String ATTACHED = "network.attached";
  private static final String GATEWAY = "network.gateway";
  private static final String ADDRESS = "network.address";
  private static final String SIGHTING = Appraisal.SIGHTING;
  private static final String SEEN_BY = "network.seen-by";

  private final EvidenceSink sink;
  private final Time time;

  Statements(EvidenceSink sink, Time time) {
    this.sink = sink;
    this.time = time;
  }

  /**
   * How a device was seen last.
   *
   * @param by the gateway that saw it
   * @param level 1 if that vouched for it, 0 if not
   * @param until when that counts no more
   */
  record Sighting(String by, AssuranceLevel level, Instant at, Instant until) {}

  /** States where a device is. */
  void attached(Attachment attachment, Digest raw) {
    Map<String, ClaimValue> claims =
        Map.of(
            ATTACHED, new ClaimValue.Flag(true),
            GATEWAY, new ClaimValue.Word(attachment.gateway().name()),
            ADDRESS, new ClaimValue.Word(attachment.address().text()));
    state(List.of(attachmentOf(attachment.device(), claims, raw)));
  }

  /** States that a device is behind no gateway any more. */
  void detached(Subject device, Digest raw) {
    Map<String, ClaimValue> claims = Map.of(ATTACHED, new ClaimValue.Flag(false));
    state(List.of(attachmentOf(device, claims, raw)));
  }

  /** Whether a row of the database is what was stated of the device last (rule L4). */
  boolean isOnRecord(Attachment attachment) {
    return sink.newest(attachment.device(), ATTACHMENT)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated ->
            is(stated, ATTACHED, new ClaimValue.Flag(true))
                && is(stated, GATEWAY, new ClaimValue.Word(attachment.gateway().name()))
                && is(stated, ADDRESS, new ClaimValue.Word(attachment.address().text())))
        .isPresent();
  }

  /** How the device was seen last, while that counts. */
  Optional<Sighting> sighting(Subject device) {
    return sink.newest(device, SIGHTING)
        .map(EvidenceSink.Stated::evidence)
        .filter(stated -> time.now().isBefore(stated.holdsUntil()))
        .map(stated ->
            new Sighting(
                stated.claims().get(SEEN_BY) instanceof ClaimValue.Word(String by) ? by : "",
                stated.assurance(),
                stated.received(),
                stated.holdsUntil()));
  }

  /** States of each that its gateway saw it, and that it vouches for it if {@code level} is 1. */
  void seen(List<Subject> devices, Subject gateway, AssuranceLevel level, Digest raw) {
    Instant now = time.now();
    state(
        devices.stream()
            .map(device -> sightingOf(device, gateway.name(), level, now.plus(HOLDS), raw))
            .toList());
  }

  /** States of each that it was seen and no more, for as long as was said before. */
  void vouchedForNoMore(List<Subject> devices, Digest raw) {
    state(
        devices.stream()
            .flatMap(device ->
                sighting(device)
                    .filter(seen -> seen.level().atLeast(AssuranceLevel.L1))
                    .map(
                        seen -> sightingOf(device, seen.by(), AssuranceLevel.L0, seen.until(), raw))
                    .stream())
            .toList());
  }

  private Evidence attachmentOf(Subject device, Map<String, ClaimValue> claims, Digest raw) {
    return piece(device, ATTACHMENT, AssuranceLevel.L0, claims, Evidence.NO_END, raw);
  }

  private Evidence sightingOf(
      Subject device, String by, AssuranceLevel level, Instant until, Digest raw) {
    String how = level.atLeast(AssuranceLevel.L1) ? "vouched" : "observed";
    Map<String, ClaimValue> claims =
        Map.of(SIGHTING, new ClaimValue.Word(how), SEEN_BY, new ClaimValue.Word(by));
    return piece(device, SIGHTING, level, claims, until, raw);
  }

  private Evidence piece(
      Subject device,
      String kind,
      AssuranceLevel level,
      Map<String, ClaimValue> claims,
      Instant until,
      Digest raw) {
    return new Evidence(device, kind, SOURCE, level, new TreeMap<>(claims), time.now(), until, raw);
  }

  private void state(List<Evidence> pieces) {
    if (pieces.isEmpty()) {
      return;
    }
    try {
      var unused = sink.stateAll(pieces);
    } catch (EvidenceRefused refused) {
      throw new Problem(
          422,
          "evidence-refused",
          refused.getMessage()
              + " The default policy of this version has what it takes: claims network.*, and the"
              + " source network.");
    }
  }

  private static boolean is(Evidence stated, String claim, ClaimValue value) {
    return value.equals(stated.claims().get(claim));
  }
}
