package org.thingward.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.diff.Compared;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.policy.PolicyReader;

/**
 * How long the diff of the default policy against a variant takes, with four edits: a threshold, a
 * hold, rights, a service. The first round is a fresh process, as the command line has it. Beside
 * it what the same domain would take point by point with the real appraisal, reckoned from some
 * thousand points.
 */
public final class PolicyDiffBench {
  private static final int POINTS = 5_000;
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final Subject DEVICE = Subject.device("meter-1");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});

  private PolicyDiffBench() {}

  /** Runs it. Argument: rounds (default 5). */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    String text = new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
    Policy old = PolicyReader.read(text.getBytes(StandardCharsets.UTF_8));
    Policy renewed = PolicyReader.read(variant(text).getBytes(StandardCharsets.UTF_8));
    double[] ours = new double[rounds];
    PolicyDiff diff = PolicyDiff.between(old, old);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      diff = PolicyDiff.between(old, renewed);
      ours[round] = seconds(start);
      if (round == 0) {
        System.out.printf("first round of the process: %.3f s%n", ours[0]);
      }
    }
    if (diff.regions().size() < 4) {
      throw new IllegalStateException("each edit shows: " + diff);
    }
    double[] theirs = {pointByPoint(old, renewed) * diff.points().doubleValue()};
    new Figure(
            "diff of the default policy and a variant, first round of the process included",
            "s",
            ours,
            "its %,d points appraised one by one, reckoned from %,d"
                .formatted(diff.points(), POINTS),
            theirs,
            "< 1 s")
        .print();
  }

  private static String variant(String text) {
    String variant =
        text.replace("over: {400d: warning}", "over: {200d: warning}")
            .replace("differs: contraindicated, holds: 24h", "differs: contraindicated, holds: 12h")
            .replace("publish: [\"t/{device}/telemetry\"]", "publish: [\"t/{device}/alarm\"]")
            .replace("publish: [\"c/#\"]", "publish: [\"c/#\", \"d/#\"]");
    if (variant.equals(text)) {
      throw new IllegalStateException("the default policy has other words by now");
    }
    return variant;
  }

  /** Seconds for one point. */
  private static double pointByPoint(Policy old, Policy renewed) {
    List<Evidence> evidence =
        List.of(
            stated(
                "identity.credential",
                "identity",
                "credential.accepted",
                new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE)))),
            stated("identity.holder", "identity", "credential.holder", new ClaimValue.Word("sole")),
            stated("inventory.record", "inventory", "lifecycle", new ClaimValue.Word("active")),
            stated("traffic.refused", "gateway", "refused.packets", new ClaimValue.Count(101)));
    Request request =
        new Request(RequestKind.CONNECT, DEVICE, CERTIFICATE, NOW.plus(Duration.ofDays(7)));
    int differ = 0;
    long start = System.nanoTime();
    for (int i = 0; i < POINTS; i++) {
      Compared compared =
          Compared.of(old, renewed, evidence, ReferenceValues.NONE, request, NOW.plusSeconds(i));
      differ += compared.changes().isEmpty() ? 0 : 1;
    }
    if (differ == 0) {
      throw new IllegalStateException("what a warning may is among the edits");
    }
    return seconds(start) / POINTS;
  }

  private static Evidence stated(String kind, String source, String claim, ClaimValue value) {
    return new Evidence(
        DEVICE,
        kind,
        source,
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, value)),
        NOW,
        Evidence.NO_END,
        CERTIFICATE);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
