package org.thingward.trust;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A small policy, close to the default one, built in code. */
final class PolicySamples {
  static final Digest NAME = Digest.of("policy".getBytes());
  static final Duration HOLD_DOWN = Duration.ofMinutes(10);

  private PolicySamples() {}

  static Policy policy() {
    return policy(Set.of(Component.INSTANCE_IDENTITY));
  }

  static Policy policy(Set<Component> require) {
    return new Policy(
        NAME,
        claims(),
        sources(),
        rules(),
        require,
        rights(),
        products(),
        services(),
        Duration.ofHours(24),
        new SessionRule(Duration.ofHours(24), Duration.ofHours(1), false),
        BrakeRule.DEFAULT);
  }

  private static SortedMap<String, ClaimDeclaration> claims() {
    SortedMap<String, ClaimDeclaration> claims = new TreeMap<>();
    for (ClaimDeclaration claim :
        List.of(
            new ClaimDeclaration(
                "credential.accepted", "identity.credential", new ClaimType.DigestSet()),
            new ClaimDeclaration(
                "credential.issuer", "identity.credential", words("own", "external")),
            new ClaimDeclaration("credential.holder", "identity.holder", words("sole", "shared")),
            new ClaimDeclaration(
                "order", "operator.order", words("quarantine", "revoke", "release")),
            new ClaimDeclaration("boot.measurement", "boot", new ClaimType.Measured()),
            new ClaimDeclaration(
                "device.product", "inventory.record", new ClaimType.LinkTo(SubjectKind.PRODUCT)),
            new ClaimDeclaration(
                "device.release", "inventory.record", new ClaimType.LinkTo(SubjectKind.RELEASE)),
            new ClaimDeclaration("firmware.released", "firmware", new ClaimType.Age()),
            new ClaimDeclaration("support.ends", "firmware", new ClaimType.Age()),
            new ClaimDeclaration(
                "network.sighting", "network.sighting", words("observed", "vouched")),
            new ClaimDeclaration("refused.packets", "traffic.refused", new ClaimType.Number()))) {
      claims.put(claim.name(), claim);
    }
    return claims;
  }

  private static ClaimType words(String... words) {
    return new ClaimType.OneOf(new TreeSet<>(List.of(words)));
  }

  private static SortedMap<String, SourceRule> sources() {
    Set<SubjectKind> peers = Set.of(SubjectKind.DEVICE, SubjectKind.SERVICE);
    Set<SubjectKind> device = Set.of(SubjectKind.DEVICE);
    Set<SubjectKind> release = Set.of(SubjectKind.RELEASE);
    SortedMap<String, SourceRule> sources = new TreeMap<>();
    add(sources, "identity", Map.of("identity.credential", peers, "identity.holder", peers), true);
    add(sources, "gateway", Map.of("identity.holder", peers, "traffic.refused", peers), false);
    add(sources, "operator", Map.of("operator.order", peers), true);
    add(sources, "inventory", Map.of("inventory.record", device, "firmware", release), true);
    add(sources, "network", Map.of("network.sighting", device), true);
    add(sources, "device", Map.of("boot", device, "network.sighting", device), false);
    add(sources, "attestation", Map.of("boot", device), true);
    return sources;
  }

  private static void add(
      SortedMap<String, SourceRule> sources,
      String name,
      Map<String, Set<SubjectKind>> states,
      boolean raises) {
    sources.put(name, new SourceRule(name, new TreeMap<>(states), Tier.CONTRAINDICATED, raises));
  }

  private static List<AppraisalRule> rules() {
    return List.of(
        rule(
            0,
            "credential.holder",
            Component.INSTANCE_IDENTITY,
            words(Map.of("sole", Tier.AFFIRMING, "shared", Tier.CONTRAINDICATED)),
            Duration.ZERO),
        rule(
            1,
            "order",
            Component.CONFIGURATION,
            words(Map.of("quarantine", Tier.CONTRAINDICATED, "revoke", Tier.CONTRAINDICATED)),
            Duration.ZERO),
        new AppraisalRule(
            "appraise[2]",
            "boot.measurement",
            Component.EXECUTABLES,
            new AppraisalRule.ByMeasurement(
                Map.of(
                    ReferenceValues.Comparison.MATCHES, Tier.AFFIRMING,
                    ReferenceValues.Comparison.UNKNOWN, Tier.WARNING,
                    ReferenceValues.Comparison.DIFFERS, Tier.CONTRAINDICATED)),
            Optional.of(Duration.ofHours(24)),
            HOLD_DOWN),
        rule(
            3,
            "firmware.released",
            Component.EXECUTABLES,
            new AppraisalRule.ByAge(
                new TreeMap<>(
                    Map.of(
                        Duration.ofDays(400), Tier.WARNING,
                        Duration.ofDays(1200), Tier.CONTRAINDICATED)),
                Optional.of(Tier.AFFIRMING)),
            HOLD_DOWN),
        rule(
            4,
            "support.ends",
            Component.EXECUTABLES,
            new AppraisalRule.ByAge(
                new TreeMap<>(Map.of(Duration.ZERO, Tier.WARNING)), Optional.empty()),
            HOLD_DOWN),
        new AppraisalRule(
            "appraise[5]",
            "refused.packets",
            Component.CONFIGURATION,
            new AppraisalRule.ByNumber(new TreeMap<>(Map.of(100L, Tier.WARNING)), Optional.empty()),
            Optional.of(Duration.ofHours(1)),
            HOLD_DOWN));
  }

  private static AppraisalRule rule(
      int index, String claim, Component component, AppraisalRule.Scale scale, Duration holdDown) {
    return new AppraisalRule(
        "appraise[" + index + "]", claim, component, scale, Optional.empty(), holdDown);
  }

  private static AppraisalRule.Scale words(Map<String, Tier> tiers) {
    return new AppraisalRule.ByWord(new TreeMap<>(tiers));
  }

  private static Map<Tier, TierRights> rights() {
    Map<Tier, TierRights> rights = new EnumMap<>(Tier.class);
    List<TopicTemplate> telemetry = topics("t/{device}/telemetry");
    rights.put(
        Tier.AFFIRMING,
        new TierRights(
            EnumSet.allOf(RequestKind.class), topics("t/{device}/#"), topics("c/{device}/#")));
    rights.put(
        Tier.WARNING, new TierRights(EnumSet.allOf(RequestKind.class), telemetry, List.of()));
    rights.put(
        Tier.NONE,
        new TierRights(EnumSet.of(RequestKind.ENROL, RequestKind.ATTEST), List.of(), List.of()));
    rights.put(
        Tier.CONTRAINDICATED, new TierRights(EnumSet.of(RequestKind.ENROL), List.of(), List.of()));
    return new HashMap<>(rights);
  }

  private static SortedMap<String, ProductRule> products() {
    SortedMap<String, ProductRule> products = new TreeMap<>();
    products.put(
        "pump-3",
        new ProductRule(new ProductRule.Restrict(topics("t/{device}/alarm")), Optional.empty()));
    return products;
  }

  private static SortedMap<String, ServiceRights> services() {
    SortedMap<String, ServiceRights> services = new TreeMap<>();
    services.put("collector", new ServiceRights(topics("c/+/set"), topics("t/#")));
    return services;
  }

  static List<TopicTemplate> topics(String... templates) {
    return List.of(templates).stream().map(TopicTemplate::new).toList();
  }
}
