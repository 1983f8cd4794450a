package org.thingward.verify.bundle;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.EndedGrant;
import org.thingward.verify.record.Records;
import org.thingward.verify.record.RepeatedDenials;

/** Says in one sentence what the main entry of a bundle proves. */
final class Conclusion {
  private final BundleContents contents;

  Conclusion(BundleContents contents) {
    this.contents = contents;
  }

  /** The sentence; empty if the type has none. */
  String of(EntryType type, byte[] content) {
    return switch (type) {
      case DECISION ->
          Records.areRepeatedDenials(content)
              ? of(Records.repeatedDenials(content))
              : of(Records.decision(content));
      case GRANT_END -> of(Records.endedGrant(content));
      case POSTURE -> of(Records.posture(content));
      case EVIDENCE -> of(Records.evidence(content));
      case POLICY -> "the policy " + Digest.of(content).brief() + " took effect";
      case REFERENCE_VALUES ->
          "the reference values " + Digest.of(content).brief() + " took effect";
      case CERTIFICATE,
          TOKEN,
          OPERATOR_ACTION,
          LOG,
          FINDING,
          PASSKEY,
          LOGIN,
          OPERATOR,
          API_TOKEN,
          APPROVAL,
          DRILL,
          ATTESTATION_RESULT,
          AUTHORITY ->
          "";
    };
  }

  private String of(Decision decision) {
    return "on %s %s was %s to %s, because %s"
        .formatted(
            decision.at(),
            decision.request().subject().name(),
            decision.permits() ? "permitted" : "denied",
            decision.request().kind().word(),
            String.join("; ", decision.reasons()));
  }

  private String of(RepeatedDenials denials) {
    String first = contents.firstOf(denials).map(denial -> ": " + of(denial)).orElse("");
    return "%s was denied %d more times%s"
        .formatted(denials.subject().name(), denials.count(), first);
  }

  private String of(EndedGrant end) {
    String why = because(end.subject(), end.at()).map(text -> ", because " + text).orElse("");
    return switch (end.cause()) {
      case CUT -> "on %s %s was cut%s".formatted(end.at(), end.subject().name(), why);
      case REPLACED ->
          "on %s what %s may do changed%s".formatted(end.at(), end.subject().name(), why);
      case LEFT, EXPIRED, TAKEN_OVER, STOPPED ->
          "on %s the session of %s ended (%s)"
              .formatted(end.at(), end.subject().name(), end.cause().word());
    };
  }

  /** The worst reason of the newest posture that the bundle has up to then. */
  private Optional<String> because(Subject subject, Instant until) {
    return contents.postures.values().stream()
        .filter(posture -> posture.subject().equals(subject) && !posture.at().isAfter(until))
        .max(Comparator.comparing(Posture::at))
        .flatMap(posture -> posture.reasons().stream().findFirst())
        .map(reason -> reason.text());
  }

  private String of(Posture posture) {
    String why =
        posture.reasons().isEmpty() ? "" : ", because " + posture.reasons().getFirst().text();
    return "on %s %s was %s%s"
        .formatted(posture.at(), posture.subject().name(), posture.tier().word(), why);
  }

  private String of(Evidence evidence) {
    return "on %s %s stated %s about %s"
        .formatted(
            evidence.received(), evidence.source(), evidence.kind(), evidence.subject().name());
  }
}
