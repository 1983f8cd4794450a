package org.thingward.verify.diff;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.Policy;
import org.thingward.trust.Requirement;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/**
 * Counts the domain: a point is a kind of subject, what each source that may state something of it
 * says now of each claim (nothing, or a value of one cell), and a request. The points are never
 * listed: what they come to is combined claim by claim, and alike results are counted together.
 */
final class Domain {
  /** What one source can say of one claim, and what that comes to. */
  private record Saying(
      String source, String kind, SubjectKind about, String claim, ValueCell cell, Joint joint) {}

  /** All that one source can say of one claim, beside nothing. */
  private record Choice(List<Saying> sayings) {}

  private final Reading old;
  private final Reading renewed;
  private final List<Outcomes> kinds = new ArrayList<>();
  private final Map<Outcomes, List<Choice>> choices = new HashMap<>();
  private BigInteger points = BigInteger.ZERO;
  private BigInteger differing = BigInteger.ZERO;

  Domain(Policy old, Policy renewed) {
    this.old = new Reading(old);
    this.renewed = new Reading(renewed);
    Subject device = Subject.device("device-1");
    kinds.add(new Outcomes(old, renewed, device, Optional.empty()));
    for (String product : Changes.union(old.products().keySet(), renewed.products().keySet())) {
      kinds.add(new Outcomes(old, renewed, device, Optional.of(Subject.product(product))));
    }
    for (String service : Changes.union(old.services().keySet(), renewed.services().keySet())) {
      kinds.add(new Outcomes(old, renewed, Subject.service(service), Optional.empty()));
    }
    for (Outcomes kind : kinds) {
      choices.put(kind, choicesOf(kind.subject().kind()));
      points = points.add(pointsOf(kind));
      differing = differing.add(count(kind, saying -> true, kind::differences));
    }
  }

  /** How many points there are. */
  BigInteger points() {
    return points;
  }

  /** How many points are decided differently, beside times and reasons. */
  BigInteger differing() {
    return differing;
  }

  /** How many of those this part has a say in; empty if points do not tell it apart. */
  Optional<BigInteger> differingIn(ChangedPart part) {
    return switch (part) {
      case ChangedPart.OfCell(String kind, String claim, ValueCell cell, var _, var _) ->
          reached(saying ->
              saying.kind().equals(kind)
                  && saying.claim().equals(claim)
                  && saying.cell().equals(cell));
      case ChangedPart.OfSource(String source, String kind, SubjectKind about) ->
          reached(saying ->
              saying.source().equals(source)
                  && saying.kind().equals(kind)
                  && saying.about() == about);
      case ChangedPart.OfRequirement(Optional<String> product, var _) ->
          missingOtherwise(
              kind -> product.isEmpty() || kind.product().equals(product.map(Subject::product)));
      case ChangedPart.OfTier(Tier tier) ->
          Optional.of(
              sum(
                  kind -> true,
                  (kind, joint) -> kind.isOf(joint, tier) ? kind.differences(joint) : 0));
      case ChangedPart.OfCut(String product) ->
          Optional.of(
              sum(
                  kind -> kind.product().equals(Optional.of(Subject.product(product))),
                  (kind, joint) -> kind.isAlike(joint) ? kind.differences(joint) : 0));
      case ChangedPart.OfService(String name) ->
          Optional.of(
              sum(
                  kind -> kind.subject().equals(Subject.service(name)),
                  (kind, joint) -> kind.isAlike(joint) ? kind.differences(joint) : 0));
      case ChangedPart.OfRules _,
          ChangedPart.OfClaim _,
          ChangedPart.OfGrants _,
          ChangedPart.OfOrder _ ->
          Optional.empty();
    };
  }

  /** At how many points a requirement is met by one policy alone; empty if times alone differ. */
  private Optional<BigInteger> missingOtherwise(Predicate<Outcomes> of) {
    return kinds.stream().filter(of).allMatch(Outcomes::requireAlike)
        ? Optional.empty()
        : Optional.of(
            sum(of, (kind, joint) -> kind.isMissingOtherwise(joint) ? kind.differences(joint) : 0));
  }

  /** How a kind of subject counts what some sayings come to: for how many requests. */
  private interface Weight {
    int of(Outcomes kind, Joint joint);
  }

  private BigInteger sum(Predicate<Outcomes> of, Weight weight) {
    BigInteger sum = BigInteger.ZERO;
    for (Outcomes kind : kinds) {
      if (of.test(kind)) {
        sum = sum.add(count(kind, saying -> true, joint -> weight.of(kind, joint)));
      }
    }
    return sum;
  }

  /** At how many differing points one of these is said that comes to another thing than before. */
  private Optional<BigInteger> reached(Predicate<Saying> some) {
    Predicate<Saying> changed =
        some.and(saying -> !saying.joint().before().equals(saying.joint().after()));
    if (choices.values().stream()
        .flatMap(List::stream)
        .flatMap(choice -> choice.sayings().stream())
        .noneMatch(changed)) {
      return Optional.empty();
    }
    BigInteger without = BigInteger.ZERO;
    for (Outcomes kind : kinds) {
      without = without.add(count(kind, changed.negate(), kind::differences));
    }
    return Optional.of(differing.subtract(without));
  }

  private BigInteger pointsOf(Outcomes kind) {
    BigInteger points = BigInteger.valueOf(kind.requests());
    for (Choice choice : choices.getOrDefault(kind, List.of())) {
      points = points.multiply(BigInteger.valueOf(choice.sayings().size() + 1L));
    }
    return points;
  }

  private BigInteger count(
      Outcomes kind, Predicate<Saying> counted, java.util.function.ToIntFunction<Joint> requests) {
    Map<Joint, BigInteger> ways = new HashMap<>(Map.of(Joint.NOTHING, BigInteger.ONE));
    Requirement required = kind.required();
    for (Choice choice : choices.getOrDefault(kind, List.of())) {
      Map<Joint, BigInteger> next = new HashMap<>(ways);
      for (Saying saying : choice.sayings()) {
        if (counted.test(saying)) {
          Joint joint = saying.joint().over(required);
          ways.forEach((state, times) -> next.merge(state.with(joint), times, BigInteger::add));
        }
      }
      ways = next;
    }
    BigInteger sum = BigInteger.ZERO;
    for (Map.Entry<Joint, BigInteger> way : ways.entrySet()) {
      int times = requests.applyAsInt(way.getKey());
      sum = sum.add(way.getValue().multiply(BigInteger.valueOf(times)));
    }
    return sum;
  }

  private List<Choice> choicesOf(SubjectKind subject) {
    List<Choice> choices = new ArrayList<>();
    SortedSet<String> sources =
        Changes.union(old.policy().sources().keySet(), renewed.policy().sources().keySet());
    for (String source : sources) {
      for (SubjectKind about : aboutWhom(subject)) {
        for (String claim :
            Changes.union(old.policy().claims().keySet(), renewed.policy().claims().keySet())) {
          for (String kind : kindsOf(claim)) {
            if (old.mayState(source, kind, about) || renewed.mayState(source, kind, about)) {
              choices.add(choice(source, kind, about, claim));
            }
          }
        }
      }
    }
    choices.removeIf(choice -> choice.sayings().isEmpty());
    return choices;
  }

  private static Set<SubjectKind> aboutWhom(SubjectKind subject) {
    return subject == SubjectKind.DEVICE
        ? EnumSet.of(SubjectKind.DEVICE, SubjectKind.PRODUCT, SubjectKind.RELEASE)
        : EnumSet.of(subject);
  }

  private SortedSet<String> kindsOf(String claim) {
    return Changes.union(
        old.kindOf(claim).stream().toList(), renewed.kindOf(claim).stream().toList());
  }

  private Choice choice(String source, String kind, SubjectKind about, String claim) {
    List<AppraisalRule> rules = new ArrayList<>(old.rules(kind, claim));
    rules.addAll(renewed.rules(kind, claim));
    List<Saying> sayings = new ArrayList<>();
    for (ValueCell cell : Cells.of(rules)) {
      Joint joint =
          Joint.of(
              old.comesTo(source, kind, about, claim, cell),
              renewed.comesTo(source, kind, about, claim, cell));
      sayings.add(new Saying(source, kind, about, claim, cell, joint));
    }
    return new Choice(sayings);
  }
}
