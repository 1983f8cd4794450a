package org.thingward.trust;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An appraisal policy: data that says which evidence counts, what it means, and what may be done on
 * it. Small and finite on purpose: typed claims, thresholds, sets.
 *
 * @param digest the digest of the bytes it was read from: its name in postures and decisions
 * @param claims the claims it knows, by name
 * @param sources who may state what, by name
 * @param appraise the rules, in the order of the file
 * @param require the components about which something must be stated, for the tier to be better
 *     than none
 * @param rights what each tier may do
 * @param products what a product's devices get beyond that, by the product's name
 * @param services the rights of services, by name
 * @param longestToken the longest life of an enrolment token
 * @param sessions limits of sessions
 * @param brake when falls of many at once are held back (rule T8)
 */
public record Policy(
    Digest digest,
    SortedMap<String, ClaimDeclaration> claims,
    SortedMap<String, SourceRule> sources,
    List<AppraisalRule> appraise,
    Set<Component> require,
    Map<Tier, TierRights> rights,
    SortedMap<String, ProductRule> products,
    SortedMap<String, ServiceRights> services,
    Duration longestToken,
    SessionRule sessions,
    BrakeRule brake) {
  public Policy {
    claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
    sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
    appraise = List.copyOf(appraise);
    require = Set.copyOf(require);
    EnumMap<Tier, TierRights> byTier = new EnumMap<>(Tier.class);
    byTier.putAll(rights);
    rights = Collections.unmodifiableMap(byTier);
    products = Collections.unmodifiableSortedMap(new TreeMap<>(products));
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /** What subjects of this tier may do. */
  public TierRights rightsOf(Tier tier) {
    return rights.getOrDefault(tier, TierRights.NOTHING);
  }

  /** What must be stated of a subject that is an instance of {@code product}. */
  public Requirement requiredOf(Optional<Subject> product) {
    Optional<ProductRule> rule = product.flatMap(this::ruleOf);
    return new Requirement(
        rule.flatMap(ProductRule::require).orElse(require),
        rule.map(ProductRule::attest).orElseGet(Collections::emptySortedMap));
  }

  /** What this product's devices may still do when they may no longer connect. */
  public ProductRule.OnCut onCut(Optional<Subject> product) {
    return product.flatMap(this::ruleOf).map(ProductRule::onCut).orElseGet(ProductRule.Close::new);
  }

  /** Who signs the reference values of this product's releases; nobody, if none is named. */
  public Set<PublicKey> releaseKeys(Subject product) {
    return ruleOf(product).map(ProductRule::releaseKeys).orElse(Set.of());
  }

  private Optional<ProductRule> ruleOf(Subject product) {
    return Optional.ofNullable(products.get(product.name()));
  }
}
