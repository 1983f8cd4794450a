package org.thingward.trust;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the policy says of one product.
 *
 * @param onCut what losing the right to connect means for its devices (rule T9)
 * @param require the components about which something must be stated, in place of the policy's
 *     default; empty to keep that default
 * @param attest the claims that its devices must attest, each with how long ago that may be
 * @param releaseKeys who signs the reference values of its releases; without one an operator gives
 *     them
 */
public record ProductRule(
    OnCut onCut,
    Optional<Set<Component>> require,
    SortedMap<String, Duration> attest,
    Set<PublicKey> releaseKeys) {
  public ProductRule {
    require = require.map(Set::copyOf);
    attest = Collections.unmodifiableSortedMap(new TreeMap<>(attest));
    releaseKeys = Set.copyOf(releaseKeys);
  }

  /** For a product whose devices need not attest, and without release keys. */
  public ProductRule(OnCut onCut, Optional<Set<Component>> require) {
    this(onCut, require, new TreeMap<>(), Set.of());
  }

  /** What a cut means. */
  public sealed interface OnCut {}

  /** The session is closed: what counts where nothing is declared. */
  public record Close() implements OnCut {}

  /**
   * The device may still publish to these topics, and nothing else; unless its identity itself is
   * contraindicated, for then it may be someone else who speaks.
   */
  public record Restrict(List<TopicTemplate> publish) implements OnCut {
    public Restrict {
      publish = List.copyOf(publish);
    }
  }
}
