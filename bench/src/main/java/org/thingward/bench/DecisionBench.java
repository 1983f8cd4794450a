package org.thingward.bench;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;

/**
 * Decisions a second on one core, from cached postures under the default policy, without the
 * ledger; beside it, in the same run, the least any decision point must do: a look-up in a {@link
 * HashMap} and the comparison of a topic's prefix.
 */
public final class DecisionBench {
  private static final int DEVICES = 10_000;
  private static final int CALLS = 2_000_000;
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});

  private final Map<Subject, Decider> deciders = new HashMap<>();
  private final Map<String, String> prefixes = new HashMap<>();
  private final Request[] requests = new Request[DEVICES];
  private final String[] topics = new String[DEVICES];

  private DecisionBench() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    for (int i = 0; i < DEVICES; i++) {
      Subject device = Subject.device("meter-" + i);
      List<Evidence> evidence = List.of(credential(device), holder(device));
      deciders.put(
          device,
          new Decider(
              policy, Appraisal.appraise(policy, ReferenceValues.NONE, device, evidence, NOW)));
      requests[i] = new Request(RequestKind.CONNECT, device, CERTIFICATE, Evidence.NO_END);
      prefixes.put(device.name(), "t/" + device.name() + "/");
      topics[i] = "t/" + device.name() + "/telemetry";
    }
  }

  /** Runs it. Argument: rounds (default 6). */
  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
    DecisionBench bench = new DecisionBench();
    new Figure(
            "decision from a cached posture, with its grant",
            "/s a core",
            measure(bench::decide, rounds),
            "HashMap look-up and prefix",
            measure(bench::reference, rounds),
            "≥ 1,000,000 /s a core")
        .print();
  }

  /** Calls a second in each round; one more round before them warms up. */
  private static double[] measure(IntPredicate call, int rounds) {
    double[] rates = new double[rounds];
    for (int round = -1; round < rounds; round++) {
      long start = System.nanoTime();
      int permitted = 0;
      for (int i = 0; i < CALLS; i++) {
        permitted += call.test(i % DEVICES) ? 1 : 0;
      }
      if (permitted != CALLS) {
        throw new IllegalStateException("every one of these is a permit");
      }
      if (round >= 0) {
        rates[round] = CALLS * 1e9 / (System.nanoTime() - start);
      }
    }
    return rates;
  }

  private boolean decide(int i) {
    Request request = requests[i];
    Decider decider = deciders.get(request.subject());
    return decider != null && decider.decide(request, NOW).permits();
  }

  private boolean reference(int i) {
    String prefix = prefixes.get(requests[i].subject().name());
    return prefix != null && topics[i].startsWith(prefix);
  }

  private static Evidence credential(Subject device) {
    return stated(
        device,
        "identity.credential",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))));
  }

  private static Evidence holder(Subject device) {
    return stated(device, "identity.holder", "credential.holder", new ClaimValue.Word("sole"));
  }

  private static Evidence stated(Subject device, String kind, String claim, ClaimValue value) {
    return new Evidence(
        device,
        kind,
        "identity",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, value)),
        NOW,
        Evidence.NO_END,
        CERTIFICATE);
  }
}
