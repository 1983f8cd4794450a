package org.thingward.verify.diff;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;

/** Random evidence about one device or service, most of it of the kind that fleets give. */
final class RandomHistories {
  static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  static final Digest CREDENTIAL = Digest.of(new byte[] {42});
  private static final Digest GOOD = Digest.of(new byte[] {1});
  private static final Digest BAD = Digest.of(new byte[] {2});

  private final Random random;
  private final Subject subject;
  private final String product;

  RandomHistories(Random random) {
    this.random = random;
    this.subject =
        random.nextInt(5) == 0 ? Subject.service("collector") : Subject.device("pump-77");
    this.product = any(List.of("pump-3", "pump-4", "pump-5"));
  }

  Subject subject() {
    return subject;
  }

  ReferenceValues references() {
    SortedMap<Subject, SortedMap<String, java.util.SortedSet<Digest>>> values = new TreeMap<>();
    if (random.nextInt(4) > 0) {
      values.put(
          Subject.release(product, "1"),
          new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(GOOD)))));
    }
    return new ReferenceValues(values);
  }

  /** When to ask: mostly soon after the evidence, at times long after. */
  Instant moment() {
    return T0.plusSeconds(random.nextInt(any(List.of(10_000, 10_000, 100_000, 1_000_000))));
  }

  Request request() {
    Digest credential = random.nextInt(8) == 0 ? GOOD : CREDENTIAL;
    return new Request(
        any(List.of(RequestKind.values())), subject, credential, T0.plus(Duration.ofDays(900)));
  }

  List<Evidence> evidence() {
    List<Evidence> evidence = new ArrayList<>();
    if (random.nextInt(6) > 0) {
      evidence.add(
          piece(
              subject,
              "identity.credential",
              "identity",
              Map.of("credential.accepted", digests()),
              T0));
      evidence.add(
          piece(
              subject,
              "identity.holder",
              "identity",
              Map.of("credential.holder", word("sole")),
              T0));
      evidence.add(piece(subject, "inventory.record", "inventory", record(), T0));
    }
    for (int i = random.nextInt(7); i > 0; i--) {
      evidence.add(some());
    }
    return evidence;
  }

  private Evidence some() {
    Instant at = moment();
    return switch (random.nextInt(9)) {
      case 0 ->
          piece(
              subject,
              "identity.holder",
              source("identity", "gateway"),
              Map.of("credential.holder", word("sole", "shared")),
              at);
      case 1 ->
          piece(
              subject,
              "operator.order",
              source("operator", "operator"),
              Map.of("order", word("quarantine", "release", "revoke")),
              at);
      case 2 -> piece(subject, "inventory.record", source("inventory", "inventory"), record(), at);
      case 3, 4 -> piece(subject, "boot", source("device", "attestation"), boot(), at);
      case 5 ->
          piece(
              Subject.release(product, "1"),
              "firmware",
              source("inventory", "inventory"),
              firmware(),
              at);
      case 6 -> piece(subject, "traffic.refused", source("gateway", "gateway"), traffic(), at);
      case 7 ->
          piece(
              subject,
              "identity.token",
              source("identity", "identity"),
              Map.of("token.key", word("contested")),
              at);
      default ->
          piece(
              subject,
              "identity.credential",
              source("identity", "identity"),
              Map.of(
                  "credential.issuer", word("own", "external"), "credential.accepted", digests()),
              at);
    };
  }

  private Map<String, ClaimValue> record() {
    Map<String, ClaimValue> claims = new TreeMap<>();
    if (random.nextInt(5) > 0) {
      claims.put("device.product", new ClaimValue.Link(Subject.product(product)));
    }
    if (random.nextInt(5) > 0) {
      claims.put("device.release", new ClaimValue.Link(Subject.release(product, "1")));
    }
    claims.put("lifecycle", word("active", "planned", "retired", "active", "active"));
    return claims;
  }

  private Map<String, ClaimValue> boot() {
    Map<String, ClaimValue> claims = new TreeMap<>();
    claims.put("boot.measurement", new ClaimValue.Measurement(any(List.of(GOOD, BAD))));
    if (random.nextBoolean()) {
      claims.put("door.open", new ClaimValue.Flag(random.nextBoolean()));
    }
    // Claims that are not of this kind, but where the policy moved them here.
    if (random.nextInt(4) == 0) {
      claims.put("lifecycle", word("active", "retired"));
      claims.put("credential.holder", word("sole", "shared"));
    }
    return claims;
  }

  private Map<String, ClaimValue> firmware() {
    Map<String, ClaimValue> claims = new TreeMap<>();
    for (String claim : List.of("firmware.released", "firmware.superseded", "support.ends")) {
      if (random.nextInt(3) > 0) {
        Duration age =
            Duration.ofDays(random.nextInt(6) * 100L - 100)
                .plusSeconds(random.nextInt(200_000) - 100_000);
        claims.put(claim, new ClaimValue.Moment(T0.minus(age)));
      }
    }
    claims.put("note", word("x"));
    return claims;
  }

  private Map<String, ClaimValue> traffic() {
    Map<String, ClaimValue> claims = new TreeMap<>();
    claims.put(
        "refused.packets", new ClaimValue.Count(random.nextInt(8) * 25L + random.nextInt(2)));
    if (random.nextBoolean()) {
      claims.put("silence", new ClaimValue.Span(Duration.ofMinutes(random.nextInt(5000))));
    }
    return claims;
  }

  private String source(String one, String other) {
    return random.nextInt(10) == 0
        ? any(List.of("stranger", "device", "inventory", "gateway"))
        : any(List.of(one, other));
  }

  private static ClaimValue digests() {
    return new ClaimValue.Digests(new TreeSet<>(Set.of(CREDENTIAL)));
  }

  private ClaimValue word(String... words) {
    return new ClaimValue.Word(any(List.of(words)));
  }

  private Evidence piece(
      Subject about, String kind, String source, Map<String, ClaimValue> claims, Instant at) {
    Instant until =
        random.nextInt(3) == 0 ? at.plusSeconds(random.nextInt(20_000)) : Evidence.NO_END;
    return new Evidence(
        about,
        kind,
        source,
        any(List.of(AssuranceLevel.L0, AssuranceLevel.L3, AssuranceLevel.L3, AssuranceLevel.L5)),
        new TreeMap<>(claims),
        at,
        until,
        GOOD);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
