package org.thingward.verify.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.Component;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Tier;

/** Reads the part {@code appraise}. */
final class Rules {
  /** Keys of a rule, which no word of an enum can be. */
  static final Set<String> RESERVED =
      Set.of("claim", "component", "holds", "hold-down", "over", "else");

  /** The word for a value that says nothing. */
  private static final String NOTHING = "nothing";

  private static final List<String> TIERS =
      List.of(Tier.AFFIRMING.word(), Tier.WARNING.word(), Tier.CONTRAINDICATED.word(), NOTHING);

  private final Section section;
  private final Mistakes mistakes;

  private Rules(Section section, Mistakes mistakes) {
    this.section = section;
    this.mistakes = mistakes;
  }

  static List<AppraisalRule> read(
      Section root, Map<String, ClaimDeclaration> claims, Mistakes mistakes) {
    List<AppraisalRule> rules = new ArrayList<>();
    List<Node> items = root.required("appraise", "[{claim: …}]").map(root::items).orElse(List.of());
    for (int i = 0; i < items.size(); i++) {
      Section section = Section.of(items.get(i), "a rule", mistakes);
      new Rules(section, mistakes).rule("appraise[" + i + "]", claims).ifPresent(rules::add);
    }
    return rules;
  }

  private Optional<AppraisalRule> rule(String place, Map<String, ClaimDeclaration> claims) {
    Optional<String> claim =
        section
            .required("claim", "boot.measurement")
            .flatMap(node -> section.word(node, "claim that is declared", claims.keySet()));
    Optional<Component> component =
        section
            .required("component", "executables")
            .flatMap(node -> section.oneOf(node, "component", Component.values(), Component::word));
    Optional<Duration> holds = section.member("holds").flatMap(section::duration);
    Duration holdDown =
        section.member("hold-down").flatMap(section::duration).orElse(Duration.ZERO);
    ClaimDeclaration declared = claim.map(claims::get).orElse(null);
    if (declared == null) {
      return Optional.empty();
    }
    Optional<AppraisalRule.Scale> scale = scale(declared);
    section.refuseOthers("part of a rule for " + declared.name());
    if (scale.isEmpty() || component.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new AppraisalRule(place, declared.name(), component.get(), scale.get(), holds, holdDown));
  }

  private Optional<AppraisalRule.Scale> scale(ClaimDeclaration declared) {
    return switch (declared.type()) {
      case ClaimType.OneOf(SortedSet<String> words) -> Optional.of(words(words));
      case ClaimType.YesNo() -> Optional.of(new AppraisalRule.ByFlag(tierOf("yes"), tierOf("no")));
      case ClaimType.Number() ->
          Optional.of(new AppraisalRule.ByNumber(over(this::number), otherwise()));
      case ClaimType.Length() ->
          Optional.of(new AppraisalRule.ByLength(over(section::duration), otherwise()));
      case ClaimType.Age() ->
          Optional.of(new AppraisalRule.ByAge(over(section::duration), otherwise()));
      case ClaimType.Measured() -> Optional.of(measured());
      case ClaimType.Name(), ClaimType.DigestSet(), ClaimType.LinkTo _ -> {
        String kind = declared.type().word();
        section
            .member("claim")
            .ifPresent(node ->
                mistakes.add(node, "no rule judges a claim of kind " + kind + "; leave it out"));
        yield Optional.empty();
      }
    };
  }

  private AppraisalRule.Scale words(SortedSet<String> words) {
    SortedMap<String, Tier> tiers = new TreeMap<>();
    words.forEach(word -> tierOf(word).ifPresent(tier -> tiers.put(word, tier)));
    return new AppraisalRule.ByWord(tiers);
  }

  private AppraisalRule.Scale measured() {
    Map<ReferenceValues.Comparison, Tier> tiers = new EnumMap<>(ReferenceValues.Comparison.class);
    for (ReferenceValues.Comparison comparison : ReferenceValues.Comparison.values()) {
      tierOf(comparison.word()).ifPresent(tier -> tiers.put(comparison, tier));
    }
    return new AppraisalRule.ByMeasurement(tiers);
  }

  /** The tier of a value, which the rule must name; empty for one that says nothing. */
  private Optional<Tier> tierOf(String value) {
    return section.required(value, "warning").flatMap(this::tier);
  }

  private Optional<Tier> otherwise() {
    return section.member("else").flatMap(this::tier);
  }

  private Optional<Tier> tier(Node node) {
    return section
        .word(node, "tier a rule can give", TIERS)
        .filter(word -> !word.equals(NOTHING))
        .map(Tier::ofWord);
  }

  private <T extends Comparable<T>> SortedMap<T, Tier> over(Function<Node, Optional<T>> bound) {
    SortedMap<T, Tier> over = new TreeMap<>();
    Optional<Node> node = section.required("over", "{400d: warning}");
    if (node.isEmpty()) {
      return over;
    }
    List<Node.Member> members = Section.of(node.get(), "'over'", mistakes).members();
    for (Node.Member member : members) {
      Optional<T> threshold = bound.apply(member.key());
      Optional<Tier> tier = tier(member.value());
      if (threshold.isPresent() && tier.isPresent()) {
        checkWorsening(member, threshold.get(), tier.get(), over);
        over.put(threshold.get(), tier.get());
      }
    }
    return over;
  }

  private <T extends Comparable<T>> void checkWorsening(
      Node.Member member, T threshold, Tier tier, SortedMap<T, Tier> before) {
    if (!before.isEmpty()
        && (threshold.compareTo(before.lastKey()) <= 0
            || !tier.isWorseThan(before.getOrDefault(before.lastKey(), tier)))) {
      mistakes.add(
          member.key(), "thresholds grow and their tiers worsen; put the smaller and milder first");
    }
  }

  private Optional<Long> number(Node node) {
    Optional<String> text = section.text(node);
    if (text.isPresent() && !text.get().matches("-?[0-9]{1,15}")) {
      mistakes.add(node, "'" + Mistakes.brief(text.get()) + "' is no whole number; write e.g. 100");
      return Optional.empty();
    }
    return text.map(Long::parseLong);
  }
}
