package org.thingward.trust;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * An AR4SI trustworthiness vector: a tier for each component about which something is stated. What
 * is absent is {@link Tier#NONE}.
 */
public record TrustVector(Map<Component, Tier> components) {
  /** A vector about which nothing is stated. */
  public static final TrustVector EMPTY = new TrustVector(Map.of());

  public TrustVector {
    EnumMap<Component, Tier> stated = new EnumMap<>(Component.class);
    components.forEach((component, tier) -> {
      if (tier != Tier.NONE) {
        stated.put(component, tier);
      }
    });
    components = Collections.unmodifiableMap(stated);
  }

  /** The tier of one component. */
  public Tier of(Component component) {
    return components.getOrDefault(component, Tier.NONE);
  }

  /** The stated components by name with the draft's numbers: EAR's trustworthiness vector. */
  public Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new TreeMap<>();
    components.forEach((component, tier) -> numbers.put(component.word(), tier.value()));
    return numbers;
  }
}
