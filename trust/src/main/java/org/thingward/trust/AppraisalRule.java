package org.thingward.trust;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One rule of the policy: what the value of one claim means for one component.
 *
 * @param place where it stands in the policy, e.g. {@code appraise[2]}
 * @param claim the claim it judges
 * @param component the component it bears on
 * @param scale which value gives which tier
 * @param holds how long a piece of evidence counts for this rule after it was received; empty if
 *     the evidence's own end decides
 * @param holdDown how long a rise waits after what was worse has ended (rule T4)
 */
public record AppraisalRule(
    String place,
    String claim,
    Component component,
    Scale scale,
    Optional<Duration> holds,
    Duration holdDown) {

  /**
   * Which value gives which tier, by the type of the claim. A value that is given no tier says
   * nothing. Tiers here are affirming, warning or contraindicated.
   */
  public sealed interface Scale {}

  /** For {@link ClaimType.OneOf}: a tier for each word that says something. */
  public record ByWord(SortedMap<String, Tier> tiers) implements Scale {
    public ByWord {
      tiers = Collections.unmodifiableSortedMap(new TreeMap<>(tiers));
    }
  }

  /** For {@link ClaimType.YesNo}. */
  public record ByFlag(Optional<Tier> yes, Optional<Tier> no) implements Scale {}

  /**
   * For {@link ClaimType.Number}: values over a threshold get its tier, the highest one passed
   * counts, the rest get {@code otherwise}. Tiers worsen as thresholds grow.
   */
  public record ByNumber(SortedMap<Long, Tier> over, Optional<Tier> otherwise) implements Scale {
    public ByNumber {
      over = Collections.unmodifiableSortedMap(new TreeMap<>(over));
    }
  }

  /** For {@link ClaimType.Length}: as {@link ByNumber}, over lengths of time. */
  public record ByLength(SortedMap<Duration, Tier> over, Optional<Tier> otherwise)
      implements Scale {
    public ByLength {
      over = Collections.unmodifiableSortedMap(new TreeMap<>(over));
    }
  }

  /**
   * For {@link ClaimType.Age}: as {@link ByNumber}, over the time since the moment. A moment that
   * is exactly a threshold ago has passed it.
   */
  public record ByAge(SortedMap<Duration, Tier> over, Optional<Tier> otherwise) implements Scale {
    public ByAge {
      over = Collections.unmodifiableSortedMap(new TreeMap<>(over));
    }
  }

  /** For {@link ClaimType.Measured}: by how it compares with the reference values. */
  public record ByMeasurement(Map<ReferenceValues.Comparison, Tier> tiers) implements Scale {
    public ByMeasurement {
      tiers = Map.copyOf(tiers);
    }
  }
}
