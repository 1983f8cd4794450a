package org.thingward.posture;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.Policy;
import org.thingward.trust.SourceRule;

/** Checks that a source may state what it states (rule T1), before anything is done with it. */
final class Intake {
  private static final int MAX_BYTES = 64 * 1024;
  private static final Duration AHEAD = Duration.ofSeconds(5);

  private Intake() {}

  /** Returns if {@code source} may state this; claims that the policy does not know are kept. */
  static void check(Policy policy, String source, Evidence evidence, Instant now) {
    if (!evidence.source().equals(source)) {
      throw refused("it names the source %s; this sink is that of %s", evidence.source(), source);
    }
    SourceRule rule = policy.sources().get(source);
    if (rule == null) {
      throw refused("the policy registers no source %s; add it under sources", source);
    }
    if (!rule.mayState(evidence.kind(), evidence.subject().kind())) {
      String about = evidence.subject().kind().word();
      throw refused("the policy lets %s state no %s about a %s", source, evidence.kind(), about);
    }
    if (evidence.received().isAfter(now.plus(AHEAD))) {
      throw refused("it was received at %s, which is yet to come", evidence.received().toString());
    }
    for (Map.Entry<String, ClaimValue> claim : evidence.claims().entrySet()) {
      ClaimDeclaration declared = policy.claims().get(claim.getKey());
      if (declared != null) {
        checkClaim(declared, evidence.kind(), claim.getValue());
      }
    }
    if (evidence.length() > MAX_BYTES) {
      throw refused("it is longer than %s bytes", Integer.toString(MAX_BYTES));
    }
  }

  private static void checkClaim(ClaimDeclaration declared, String kind, ClaimValue value) {
    if (!declared.of().equals(kind)) {
      throw refused("the claim %s is of %s, not of %s", declared.name(), declared.of(), kind);
    }
    if (!declared.type().admits(value)) {
      throw refused(
          "the claim %s takes %s; %s is none",
          declared.name(), expected(declared), value.toString());
    }
  }

  private static String expected(ClaimDeclaration declared) {
    return switch (declared.type()) {
      case ClaimType.OneOf(SortedSet<String> words) -> "one of " + String.join(", ", words);
      default -> "a " + declared.type().word();
    };
  }

  private static EvidenceRefused refused(String reason, String... parts) {
    return new EvidenceRefused(
        "This evidence is not taken: " + reason.formatted((Object[]) parts) + ".");
  }
}
