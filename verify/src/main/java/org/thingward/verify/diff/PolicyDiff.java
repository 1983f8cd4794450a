package org.thingward.verify.diff;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;

/**
 * How two policies decide differently, over all that they can be asked.
 *
 * @param old the digest of the old policy
 * @param renewed the digest of the new one
 * @param regions where decisions differ, each with a case that shows it; the largest first
 * @param unshown where the policies say different things and no case was found in which a decision
 *     differs: perhaps there is none
 * @param limits what differs beside decisions
 * @param points how many points the counted domain has
 * @param differing how many of them are decided differently
 */
public record PolicyDiff(
    Digest old,
    Digest renewed,
    List<Region> regions,
    List<Region> unshown,
    List<Limit> limits,
    BigInteger points,
    BigInteger differing) {
  /** The parts of a policy that are compared. Where another differs, nothing is claimed. */
  static final Set<String> PARTS =
      Set.of(
          "digest",
          "claims",
          "sources",
          "appraise",
          "require",
          "rights",
          "products",
          "services",
          "longestToken",
          "sessions",
          "brake");

  private static final Comparator<Region> LARGEST_FIRST =
      Comparator.<Region, BigInteger>comparing(region -> region.points().orElse(BigInteger.ZERO))
          .reversed()
          .thenComparing(region -> region.changes().stream().findFirst().orElse(Change.REASONS))
          .thenComparing(Region::where);

  public PolicyDiff {
    regions = List.copyOf(regions);
    unshown = List.copyOf(unshown);
    limits = List.copyOf(limits);
  }

  /** Compares {@code renewed} with {@code old}. */
  public static PolicyDiff between(Policy old, Policy renewed) {
    List<Changes.Told> told = Changes.between(old, renewed);
    List<ChangedPart> parts = told.stream().map(Changes.Told::part).toList();
    Map<ChangedPart, Search.Found> found = new Search(old, renewed, parts).run();
    Domain domain = new Domain(old, renewed);
    List<Region> regions = new ArrayList<>();
    List<Region> unshown = new ArrayList<>();
    for (Changes.Told one : told) {
      Search.Found of = found.getOrDefault(one.part(), new Search.Found());
      Region region =
          new Region(
              one.part().where(),
              one.before(),
              one.after(),
              of.changes(),
              domain.differingIn(one.part()),
              of.witness());
      (region.witness().isPresent() ? regions : unshown).add(region);
    }
    regions.sort(LARGEST_FIRST);
    unshown.sort(LARGEST_FIRST);
    return new PolicyDiff(
        old.digest(),
        renewed.digest(),
        regions,
        unshown,
        Limit.between(old, renewed),
        domain.points(),
        domain.differing());
  }

  /**
   * Whether it is proved that no decision differs: every part that decisions read is the same, so
   * every case is decided alike.
   */
  public boolean decidesAlike() {
    return regions.isEmpty() && unshown.isEmpty();
  }

  /** Whether nothing differs at all, beside decisions either. */
  public boolean isSame() {
    return decidesAlike() && limits.isEmpty();
  }
}
