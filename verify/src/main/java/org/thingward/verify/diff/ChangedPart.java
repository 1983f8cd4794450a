package org.thingward.verify.diff;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Component;
import org.thingward.trust.Evidence;
import org.thingward.trust.ReferenceValues.Comparison;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/**
 * A part that decisions read in a policy, and that two policies have differently. A case that
 * touches none is decided alike.
 */
sealed interface ChangedPart {
  /** What it is, for a person. */
  String where();

  /** Whether {@code evidence} brings the part into the case. */
  default boolean touches(Evidence evidence, Compared compared) {
    return false;
  }

  /** Whether the case reads it. */
  default boolean touches(Compared compared) {
    return compared.evidence().stream().anyMatch(evidence -> touches(evidence, compared));
  }

  /** Whether the case is in it at the moment that is decided, not only before or after. */
  default boolean isNow(Compared compared) {
    return true;
  }

  /** Whether it is a part that evidence brings into a case. */
  default boolean isOfEvidence() {
    return true;
  }

  /** Whether it is a part by which equal postures get different rights. */
  default boolean isOfRights() {
    return false;
  }

  /** Whether it can be the cause of such a difference. */
  default boolean explains(Set<Change> changes) {
    return true;
  }

  /**
   * What a claim's values of one cell mean.
   *
   * @param wording whether the reasons alone tell it differently
   * @param ahead how far a grant's end looks ahead
   */
  record OfCell(String kind, String claim, ValueCell cell, boolean wording, Duration ahead)
      implements ChangedPart {
    @Override
    public String where() {
      return claim + " " + cell.words();
    }

    @Override
    public boolean touches(Evidence evidence, Compared compared) {
      ClaimValue value = evidence.claims().get(claim);
      return value != null
          && evidence.kind().equals(kind)
          && cell.meets(
              value,
              evidence.received(),
              compared.at().plus(ahead),
              comparisons(claim, value, compared));
    }

    @Override
    public boolean isNow(Compared compared) {
      return compared.evidence().stream()
          .filter(evidence -> touches(evidence, compared))
          .map(evidence -> evidence.claims().get(claim))
          .anyMatch(value ->
              cell.meets(value, compared.at(), compared.at(), comparisons(claim, value, compared)));
    }

    @Override
    public boolean explains(Set<Change> changes) {
      return !wording || changes.equals(EnumSet.of(Change.REASONS));
    }
  }

  /** What the statements of one source of one kind about one kind of subject can do. */
  record OfSource(String source, String kind, SubjectKind about) implements ChangedPart {
    @Override
    public String where() {
      return source + " states " + kind + " about a " + about.word();
    }

    @Override
    public boolean touches(Evidence evidence, Compared compared) {
      return evidence.source().equals(source)
          && evidence.kind().equals(kind)
          && evidence.subject().kind() == about;
    }
  }

  /** Which of several rules over one claim speak of the same values. */
  record OfRules(String kind, String claim) implements ChangedPart {
    @Override
    public String where() {
      return "which values of " + claim + " one rule judges together";
    }

    @Override
    public boolean touches(Evidence evidence, Compared compared) {
      return evidence.kind().equals(kind) && evidence.claims().containsKey(claim);
    }
  }

  /** What a claim links to, or which claims say what a subject may present. */
  record OfClaim(String claim, String what) implements ChangedPart {
    @Override
    public String where() {
      return claim + ", " + what;
    }

    @Override
    public boolean touches(Evidence evidence, Compared compared) {
      return evidence.claims().containsKey(claim);
    }
  }

  /**
   * What must be stated.
   *
   * @param attested whether also what must be attested, and how lately, is another
   */
  record OfRequirement(Optional<String> product, boolean attested) implements ChangedPart {
    @Override
    public String where() {
      return "what must be stated of "
          + product.map(name -> "devices of product " + name).orElse("every subject");
    }

    @Override
    public boolean touches(Compared compared) {
      return product.map(name -> links(compared).contains(Subject.product(name))).orElse(true);
    }

    @Override
    public boolean isOfEvidence() {
      return false;
    }

    @Override
    public boolean explains(Set<Change> changes) {
      return changes.contains(Change.LOWERS)
          || changes.contains(Change.RAISES)
          || changes.contains(Change.REASONS)
          || (attested && Change.areOfTime(changes));
    }
  }

  /** A part by which equal postures get different rights. */
  sealed interface OfRights extends ChangedPart {
    @Override
    default boolean isOfRights() {
      return true;
    }

    @Override
    default boolean isOfEvidence() {
      return false;
    }

    @Override
    default boolean explains(Set<Change> changes) {
      return changes.stream().anyMatch(change -> change.compareTo(Change.WIDENS) <= 0);
    }
  }

  /** What one tier may. */
  record OfTier(Tier tier) implements OfRights {
    @Override
    public String where() {
      return "what " + tier.word() + " may";
    }

    @Override
    public boolean touches(Compared compared) {
      return compared.before().tier() == tier || compared.after().tier() == tier;
    }
  }

  /** What one service may. */
  record OfService(String name) implements OfRights {
    @Override
    public String where() {
      return "the rights of service " + name;
    }

    @Override
    public boolean touches(Compared compared) {
      return compared.request().subject().equals(Subject.service(name));
    }
  }

  /** What a cut means for a product. */
  record OfCut(String product) implements OfRights {
    @Override
    public String where() {
      return "what a cut means for product " + product;
    }

    @Override
    public boolean touches(Compared compared) {
      return links(compared).contains(Subject.product(product));
    }
  }

  /** How long grants last. */
  record OfGrants() implements ChangedPart {
    @Override
    public String where() {
      return "the longest grant";
    }

    @Override
    public boolean touches(Compared compared) {
      return compared.before().grant().isPresent() || compared.after().grant().isPresent();
    }

    @Override
    public boolean isOfEvidence() {
      return false;
    }

    @Override
    public boolean explains(Set<Change> changes) {
      return changes.contains(Change.SHORTENS) || changes.contains(Change.LENGTHENS);
    }
  }

  /** Which of several equally bad reasons a denial names. */
  record OfOrder(Component component) implements ChangedPart {
    @Override
    public String where() {
      return "the order of the rules for " + component.word();
    }

    @Override
    public boolean touches(Compared compared) {
      return compared.evidence().size() > 1;
    }

    @Override
    public boolean isOfEvidence() {
      return false;
    }

    @Override
    public boolean explains(Set<Change> changes) {
      return changes.equals(EnumSet.of(Change.REASONS));
    }
  }

  /** All that a case's evidence links. */
  static List<Subject> links(Compared compared) {
    return compared.evidence().stream()
        .flatMap(evidence -> evidence.claims().values().stream())
        .filter(ClaimValue.Link.class::isInstance)
        .map(value -> ((ClaimValue.Link) value).subject())
        .toList();
  }

  /** How a measurement may compare in a case, with whichever of its links. */
  private static Set<Comparison> comparisons(String claim, ClaimValue value, Compared compared) {
    Set<Comparison> comparisons = EnumSet.of(Comparison.UNKNOWN);
    if (value instanceof ClaimValue.Measurement(var digest)) {
      links(compared).stream()
          .filter(link -> link.kind() == SubjectKind.RELEASE)
          .forEach(link -> comparisons.add(compared.references().compare(link, claim, digest)));
    }
    return comparisons;
  }
}
