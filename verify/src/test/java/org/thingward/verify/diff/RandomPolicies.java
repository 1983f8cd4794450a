package org.thingward.verify.diff;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;
import org.thingward.trust.ProductRule;
import org.thingward.trust.ReferenceValues.Comparison;
import org.thingward.trust.RequestKind;
import org.thingward.trust.ServiceRights;
import org.thingward.trust.SessionRule;
import org.thingward.trust.SourceRule;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;
import org.thingward.trust.TierRights;
import org.thingward.trust.TopicTemplate;
import org.thingward.verify.policy.PolicyReader;

/** The default policy with a rule for every kind of claim, and mutations of it. */
final class RandomPolicies {
  private static final List<Duration> LENGTHS =
      List.of(Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(2));
  private static final List<String> TOPICS =
      List.of("t/{device}/#", "t/{device}/telemetry", "t/{device}", "t/{device}/+/#", "x/{device}");

  private final Random random;

  RandomPolicies(Random random) {
    this.random = random;
  }

  static Policy rich() {
    String text = new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
    String rich =
        text.replace(
                "  refused.packets:     {of: traffic.refused, kind: number}",
                """
                  refused.packets:     {of: traffic.refused, kind: number}
                  door.open:           {of: boot, kind: flag}
                  silence:             {of: traffic.refused, kind: duration}
                """)
            .replace(
                "require: [instance-identity]",
                """
                  - {claim: door.open, component: hardware, yes: warning, no: affirming}
                  - {claim: silence, component: configuration, over: {1h: warning, 2d: contraindicated}, else: nothing, hold-down: 5m}

                require: [instance-identity]
                products:
                  pump-3:
                    on-cut: {restrict: ["t/{device}/alarm"]}
                    require: [instance-identity, executables]
                """);
    return PolicyReader.read(rich.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code policy} with one to three things changed. */
  Policy mutated(Policy policy) {
    Policy mutated = policy;
    for (int i = random.nextInt(3); i >= 0; i--) {
      mutated = once(mutated);
    }
    return mutated;
  }

  private Policy once(Policy policy) {
    SortedMap<String, ClaimDeclaration> claims = new TreeMap<>(policy.claims());
    SortedMap<String, SourceRule> sources = new TreeMap<>(policy.sources());
    List<AppraisalRule> rules = new ArrayList<>(policy.appraise());
    Set<Component> require = EnumSet.noneOf(Component.class);
    require.addAll(policy.require());
    Map<Tier, TierRights> rights = new EnumMap<>(policy.rights());
    SortedMap<String, ProductRule> products = new TreeMap<>(policy.products());
    SortedMap<String, ServiceRights> services = new TreeMap<>(policy.services());
    SessionRule sessions = policy.sessions();
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> {
        int i = random.nextInt(rules.size());
        rules.set(i, mutated(rules.get(i)));
      }
      case 4 -> rules.remove(random.nextInt(rules.size()));
      case 5 -> rules.add(random.nextInt(rules.size()), mutated(any(rules)));
      case 6 -> Collections.swap(rules, random.nextInt(rules.size()), random.nextInt(rules.size()));
      case 7, 8 -> source(sources);
      case 9 -> claim(claims);
      case 10 -> toggle(require, any(List.of(Component.values()).subList(0, 5)));
      case 11 -> products.put(any(List.of("pump-3", "pump-4")), product());
      case 12 -> rights(rights);
      default -> {
        if (random.nextBoolean()) {
          sessions =
              new SessionRule(any(LENGTHS).plusHours(1), sessions.expiry(), random.nextBoolean());
        } else {
          services.put(
              "collector", new ServiceRights(List.of(), List.of(any(topics("{service}")))));
        }
      }
    }
    Map<String, Object> changed = new HashMap<>();
    byte[] name = Integer.toString(random.nextInt()).getBytes(StandardCharsets.UTF_8);
    changed.put("digest", Digest.of(name));
    changed.put("claims", claims);
    changed.put("sources", sources);
    changed.put("appraise", placed(rules));
    changed.put("require", require);
    changed.put("rights", rights);
    changed.put("products", products);
    changed.put("services", services);
    changed.put("sessions", sessions);
    return with(policy, changed);
  }

  /** {@code policy} with some components changed, whatever others it has. */
  private static Policy with(Policy policy, Map<String, Object> changed) {
    try {
      RecordComponent[] parts = Policy.class.getRecordComponents();
      Object[] values = new Object[parts.length];
      Class<?>[] types = new Class<?>[parts.length];
      for (int i = 0; i < parts.length; i++) {
        types[i] = parts[i].getType();
        Object former = parts[i].getAccessor().invoke(policy);
        values[i] = changed.getOrDefault(parts[i].getName(), former);
      }
      return Policy.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<AppraisalRule> placed(List<AppraisalRule> rules) {
    List<AppraisalRule> placed = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      AppraisalRule rule = rules.get(i);
      placed.add(
          new AppraisalRule(
              "appraise[" + i + "]",
              rule.claim(),
              rule.component(),
              rule.scale(),
              rule.holds(),
              rule.holdDown()));
    }
    return placed;
  }

  private AppraisalRule mutated(AppraisalRule rule) {
    Component component = rule.component();
    AppraisalRule.Scale scale = rule.scale();
    Optional<Duration> holds = rule.holds();
    Duration holdDown = rule.holdDown();
    switch (random.nextInt(6)) {
      case 0 -> component = any(List.of(Component.values()).subList(0, 5));
      case 1 ->
          holds = random.nextBoolean() ? Optional.empty() : Optional.of(any(LENGTHS).plusHours(3));
      case 2 -> holdDown = any(LENGTHS);
      default -> scale = mutated(scale);
    }
    return new AppraisalRule(rule.place(), rule.claim(), component, scale, holds, holdDown);
  }

  private AppraisalRule.Scale mutated(AppraisalRule.Scale scale) {
    return switch (scale) {
      case AppraisalRule.ByWord by -> {
        SortedMap<String, Tier> tiers = new TreeMap<>(by.tiers());
        put(tiers, any(List.of("sole", "shared", "active", "planned", "retired", "quarantine")));
        yield new AppraisalRule.ByWord(tiers);
      }
      case AppraisalRule.ByFlag by ->
          random.nextBoolean()
              ? new AppraisalRule.ByFlag(tier(), by.no())
              : new AppraisalRule.ByFlag(by.yes(), tier());
      case AppraisalRule.ByNumber by ->
          new AppraisalRule.ByNumber(
              over(by.over(), 40L + random.nextInt(4) * 40L), otherwise(by.otherwise()));
      case AppraisalRule.ByLength by ->
          new AppraisalRule.ByLength(over(by.over(), any(LENGTHS)), otherwise(by.otherwise()));
      case AppraisalRule.ByAge by ->
          new AppraisalRule.ByAge(
              over(by.over(), Duration.ofDays(random.nextInt(5) * 100L)),
              otherwise(by.otherwise()));
      case AppraisalRule.ByMeasurement by -> {
        Map<Comparison, Tier> tiers = new HashMap<>(by.tiers());
        put(tiers, any(List.of(Comparison.values())));
        yield new AppraisalRule.ByMeasurement(tiers);
      }
    };
  }

  private Optional<Tier> otherwise(Optional<Tier> former) {
    return random.nextInt(3) == 0
        ? any(List.of(Optional.empty(), Optional.of(Tier.AFFIRMING)))
        : former;
  }

  /** Thresholds whose tiers worsen, as policies must have them. */
  private <T> SortedMap<T, Tier> over(SortedMap<T, Tier> former, T threshold) {
    SortedMap<T, Tier> over = new TreeMap<>();
    if (random.nextBoolean()) {
      over.put(threshold, any(List.of(Tier.WARNING, Tier.CONTRAINDICATED)));
    } else {
      over.put(former.firstKey(), Tier.WARNING);
      if (random.nextBoolean() && over.tailMap(threshold).isEmpty()) {
        over.put(threshold, Tier.CONTRAINDICATED);
      }
    }
    return over;
  }

  private <T> void put(Map<T, Tier> tiers, T value) {
    tiers.remove(value);
    tier().ifPresent(tier -> tiers.put(value, tier));
  }

  private Optional<Tier> tier() {
    return any(
        List.of(
            Optional.empty(),
            Optional.of(Tier.AFFIRMING),
            Optional.of(Tier.WARNING),
            Optional.of(Tier.CONTRAINDICATED)));
  }

  private void source(SortedMap<String, SourceRule> sources) {
    SourceRule source = any(List.copyOf(sources.values()));
    SortedMap<String, Set<SubjectKind>> states = new TreeMap<>(source.states());
    switch (random.nextInt(5)) {
      case 0 -> sources.remove(source.name());
      case 1 -> states.remove(any(List.copyOf(states.keySet())));
      case 2 -> states.put("boot", Set.of(SubjectKind.DEVICE));
      default -> {}
    }
    Tier worst = any(List.of(Tier.WARNING, Tier.CONTRAINDICATED));
    boolean raises = random.nextBoolean() ? source.raises() : random.nextBoolean();
    if (sources.containsKey(source.name())) {
      sources.put(source.name(), new SourceRule(source.name(), states, worst, raises));
    }
  }

  private void claim(SortedMap<String, ClaimDeclaration> claims) {
    ClaimDeclaration claim = any(List.copyOf(claims.values()));
    ClaimType type =
        claim.name().equals("device.release") && random.nextBoolean()
            ? new ClaimType.Name()
            : claim.type();
    String of = random.nextInt(3) == 0 ? "boot" : claim.of();
    claims.put(claim.name(), new ClaimDeclaration(claim.name(), of, type));
  }

  private ProductRule product() {
    ProductRule.OnCut onCut =
        random.nextBoolean()
            ? new ProductRule.Close()
            : new ProductRule.Restrict(List.of(any(topics("{device}"))));
    Optional<Set<Component>> require =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(Set.of(any(List.of(Component.values()).subList(0, 3))));
    SortedMap<String, Duration> attest = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      attest.put(
          any(List.of("boot.measurement", "credential.holder", "order", "refused.packets")),
          Duration.ofHours(1 + random.nextInt(30)));
    }
    return new ProductRule(onCut, require, attest, Set.of());
  }

  private void rights(Map<Tier, TierRights> rights) {
    Tier tier = any(List.of(Tier.values()));
    TierRights former = rights.getOrDefault(tier, TierRights.NOTHING);
    Set<RequestKind> may = EnumSet.noneOf(RequestKind.class);
    may.addAll(former.may());
    List<TopicTemplate> publish = new ArrayList<>(former.publish());
    switch (random.nextInt(3)) {
      case 0 -> toggle(may, any(List.of(RequestKind.values())));
      case 1 -> publish.clear();
      default -> publish.add(any(topics("{device}")));
    }
    rights.put(tier, new TierRights(may, publish, former.receive()));
  }

  private static List<TopicTemplate> topics(String variable) {
    return TOPICS.stream()
        .map(topic -> new TopicTemplate(topic.replace("{device}", variable)))
        .toList();
  }

  private static <T> void toggle(Set<T> set, T member) {
    if (!set.remove(member)) {
      set.add(member);
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
