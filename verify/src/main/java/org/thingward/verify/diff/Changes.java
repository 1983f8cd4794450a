package org.thingward.verify.diff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Component;
import org.thingward.trust.Policy;
import org.thingward.trust.ProductRule;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Rights;
import org.thingward.trust.ServiceRights;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;
import org.thingward.trust.TierRights;
import org.thingward.trust.TopicFilter;
import org.thingward.trust.TopicTemplate;

/** Finds every part that decisions read and that two policies have differently. */
final class Changes {
  /** By which operators release: read whether declared or not. */
  private static final String ORDER_KIND = "operator.order";

  /** A changed part, told as it was and as it is. */
  record Told(ChangedPart part, String before, String after) {}

  private final Reading old;
  private final Reading renewed;
  private final List<Told> found = new ArrayList<>();

  private Changes(Policy old, Policy renewed) {
    this.old = new Reading(old);
    this.renewed = new Reading(renewed);
  }

  static List<Told> between(Policy old, Policy renewed) {
    Changes changes = new Changes(old, renewed);
    for (String kind : changes.kinds()) {
      changes.sources(kind);
      for (String claim : union(changes.old.claimsOf(kind), changes.renewed.claimsOf(kind))) {
        changes.claim(kind, claim);
      }
    }
    changes.links();
    changes.credentials();
    changes.requirements();
    changes.rights();
    changes.order();
    return changes.found;
  }

  private void add(ChangedPart part, String before, String after) {
    found.add(new Told(part, before, after));
  }

  private SortedSet<String> kinds() {
    SortedSet<String> kinds = new TreeSet<>();
    kinds.add(ORDER_KIND);
    for (Reading reading : List.of(old, renewed)) {
      reading.policy().claims().values().forEach(claim -> kinds.add(claim.of()));
      reading.policy().sources().values().forEach(source -> kinds.addAll(source.states().keySet()));
    }
    return kinds;
  }

  private void sources(String kind) {
    if (!isRead(kind)) {
      return;
    }
    for (String source :
        union(old.policy().sources().keySet(), renewed.policy().sources().keySet())) {
      for (SubjectKind about : SubjectKind.values()) {
        Reading.Authority before = old.authority(source, kind, about);
        Reading.Authority after = renewed.authority(source, kind, about);
        if (!before.equals(after)) {
          add(new ChangedPart.OfSource(source, kind, about), before.words(), after.words());
        }
      }
    }
  }

  /** Whether appraisal reads anything of evidence of this kind. */
  private boolean isRead(String kind) {
    return kind.equals(ORDER_KIND)
        || List.of(old, renewed).stream()
            .anyMatch(reading ->
                reading.claimsOf(kind).stream()
                    .anyMatch(claim ->
                        claim.equals(Appraisal.CREDENTIALS)
                            || claim.equals(Appraisal.ISSUER)
                            || reading.link(claim).isPresent()
                            || !reading.rules(kind, claim).isEmpty()));
  }

  private void claim(String kind, String claim) {
    List<AppraisalRule> before = old.rules(kind, claim);
    List<AppraisalRule> after = renewed.rules(kind, claim);
    List<AppraisalRule> both = new ArrayList<>(before);
    both.addAll(after);
    List<ValueCell> alike = new ArrayList<>();
    for (ValueCell cell : Cells.of(both)) {
      List<Reading.Word> was = old.words(kind, claim, cell);
      List<Reading.Word> is = renewed.words(kind, claim, cell);
      if (was.equals(is)) {
        alike.add(cell);
      } else {
        add(
            new ChangedPart.OfCell(kind, claim, cell, unworded(was).equals(unworded(is)), ahead()),
            Reading.told(was),
            Reading.told(is));
      }
    }
    if (!grouped(old, kind, claim, alike).equals(grouped(renewed, kind, claim, alike))) {
      add(
          new ChangedPart.OfRules(kind, claim),
          before.size() + " rules",
          after.size() + " rules, split otherwise");
    }
  }

  private static List<Reading.Word> unworded(List<Reading.Word> words) {
    return words.stream().map(Reading.Word::unworded).toList();
  }

  private Duration ahead() {
    Duration before = old.policy().sessions().longest();
    Duration after = renewed.policy().sessions().longest();
    return before.compareTo(after) < 0 ? after : before;
  }

  /** Which words over these cells are one rule's: it matters to what ends what. */
  private static Set<List<Optional<Reading.Word>>> grouped(
      Reading reading, String kind, String claim, List<ValueCell> cells) {
    Set<List<Optional<Reading.Word>>> grouped = new HashSet<>();
    for (AppraisalRule rule : reading.rules(kind, claim)) {
      List<Optional<Reading.Word>> words =
          cells.stream().map(cell -> Reading.word(rule, cell)).toList();
      if (words.stream().anyMatch(Optional::isPresent)) {
        grouped.add(words);
      }
    }
    return grouped;
  }

  private void links() {
    for (String claim : union(old.policy().claims().keySet(), renewed.policy().claims().keySet())) {
      compare(
          new ChangedPart.OfClaim(claim, "as a link"),
          reading -> reading.link(claim),
          link -> link.map(of -> "made by " + of).orElse("no link"));
    }
  }

  private void credentials() {
    compare(
        new ChangedPart.OfClaim(Appraisal.CREDENTIALS, "which certificates may be presented"),
        reading -> kindOf(reading, Appraisal.CREDENTIALS, ClaimType.DigestSet.class::isInstance),
        of -> of.orElse("not read"));
    ClaimValue external = new ClaimValue.Word(Appraisal.EXTERNAL);
    compare(
        new ChangedPart.OfClaim(Appraisal.ISSUER, "whether any certificate may be presented"),
        reading -> kindOf(reading, Appraisal.ISSUER, type -> type.admits(external)),
        of -> of.orElse("not read"));
  }

  private static Optional<String> kindOf(
      Reading reading, String claim, java.util.function.Predicate<ClaimType> type) {
    return Optional.ofNullable(reading.policy().claims().get(claim))
        .filter(declared -> type.test(declared.type()))
        .map(ClaimDeclaration::of);
  }

  private void requirements() {
    compare(
        new ChangedPart.OfRequirement(Optional.empty(), false),
        reading -> reading.policy().requiredOf(Optional.empty()),
        Words::requirement);
    for (String name : products()) {
      Optional<Subject> product = Optional.of(Subject.product(name));
      if (hasRequirement(old, name) || hasRequirement(renewed, name)) {
        compare(
            new ChangedPart.OfRequirement(Optional.of(name), isAttestedOtherwise(product)),
            reading -> reading.policy().requiredOf(product),
            Words::requirement);
      }
    }
  }

  private boolean isAttestedOtherwise(Optional<Subject> product) {
    return !old.policy()
        .requiredOf(product)
        .attest()
        .equals(renewed.policy().requiredOf(product).attest());
  }

  private static boolean hasRequirement(Reading reading, String product) {
    ProductRule rule = reading.policy().products().get(product);
    return rule != null && (rule.require().isPresent() || !rule.attest().isEmpty());
  }

  private SortedSet<String> products() {
    return union(old.policy().products().keySet(), renewed.policy().products().keySet());
  }

  private void rights() {
    for (Tier tier : Tier.values()) {
      compare(
          new ChangedPart.OfTier(tier),
          reading -> reading.policy().rightsOf(tier),
          Changes::alike,
          Changes::told);
    }
    for (String name : products()) {
      compare(
          new ChangedPart.OfCut(name),
          reading -> reading.policy().onCut(Optional.of(Subject.product(name))),
          Changes::alike,
          Changes::told);
    }
    ServiceRights nothing = new ServiceRights(List.of(), List.of());
    for (String name :
        union(old.policy().services().keySet(), renewed.policy().services().keySet())) {
      compare(
          new ChangedPart.OfService(name),
          reading -> reading.policy().services().getOrDefault(name, nothing),
          (before, after) ->
              alike(before.publish(), before.receive(), after.publish(), after.receive()),
          rights -> told(rights.publish(), rights.receive()));
    }
    compare(
        new ChangedPart.OfGrants(),
        reading -> reading.policy().sessions().longest(),
        Words::length);
  }

  /** Whether two tiers have the same rights; without a connection, topics are none. */
  private static boolean alike(TierRights before, TierRights after) {
    return before.may().equals(after.may())
        && (!before.may().contains(RequestKind.CONNECT)
            || alike(before.publish(), before.receive(), after.publish(), after.receive()));
  }

  private static boolean alike(ProductRule.OnCut before, ProductRule.OnCut after) {
    return before instanceof ProductRule.Restrict was && after instanceof ProductRule.Restrict is
        ? alike(was.publish(), List.of(), is.publish(), List.of())
        : before.equals(after);
  }

  private static boolean alike(
      List<TopicTemplate> publish,
      List<TopicTemplate> receive,
      List<TopicTemplate> publishAfter,
      List<TopicTemplate> receiveAfter) {
    RightsComparison comparison = new RightsComparison();
    // A name that no topic has: what holds for it holds for every other.
    Subject device = Subject.device("a-name-of-no-level");
    Rights before = new Rights(fill(publish, device), fill(receive, device));
    Rights after = new Rights(fill(publishAfter, device), fill(receiveAfter, device));
    return !comparison.hasMore(before, after) && !comparison.hasMore(after, before);
  }

  private static List<TopicFilter> fill(List<TopicTemplate> templates, Subject device) {
    return templates.stream()
        .map(template ->
            new TopicTemplate(template.text().replace(TopicTemplate.SERVICE, TopicTemplate.DEVICE))
                .fill(device))
        .toList();
  }

  private static String told(ProductRule.OnCut onCut) {
    return switch (onCut) {
      case ProductRule.Close() -> "close";
      case ProductRule.Restrict restrict -> "restrict to " + Words.topics(restrict.publish());
    };
  }

  private static String told(TierRights rights) {
    String may =
        String.join(", ", new TreeSet<>(rights.may().stream().map(k -> k.word()).toList()));
    return (may.isEmpty() ? "no request" : may) + "; " + told(rights.publish(), rights.receive());
  }

  private static String told(List<TopicTemplate> publish, List<TopicTemplate> receive) {
    return "publish " + Words.topics(publish) + ", receive " + Words.topics(receive);
  }

  private <T> void compare(
      ChangedPart part, Function<Reading, T> read, Function<T, String> telling) {
    compare(part, read, Object::equals, telling);
  }

  private <T> void compare(
      ChangedPart part,
      Function<Reading, T> read,
      BiPredicate<T, T> alike,
      Function<T, String> telling) {
    T before = read.apply(old);
    T after = read.apply(renewed);
    if (!alike.test(before, after)) {
      add(part, telling.apply(before), telling.apply(after));
    }
  }

  /** Rules are named by their place, and reasons of a component that are equally bad go by it. */
  private void order() {
    for (Component component : Component.values()) {
      List<String> before = ordered(old.policy(), component);
      List<String> after = ordered(renewed.policy(), component);
      List<String> kept = new ArrayList<>(before);
      kept.retainAll(after);
      after.retainAll(before);
      if (!kept.equals(after)) {
        add(new ChangedPart.OfOrder(component), String.join(", ", kept), String.join(", ", after));
      }
    }
  }

  private static List<String> ordered(Policy policy, Component component) {
    Map<String, String> claims = new TreeMap<>();
    policy.appraise().stream()
        .filter(rule -> rule.component() == component)
        .forEach(rule -> claims.put(rule.place(), rule.claim()));
    // Counted in the order of the reasons: a rule said twice speaks where it comes first.
    Map<String, Integer> times = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (String claim : claims.values()) {
      int time = times.merge(claim, 1, Integer::sum);
      names.add(claim + (time > 1 ? " (" + time + ")" : ""));
    }
    return names;
  }

  static SortedSet<String> union(Collection<String> some, Collection<String> others) {
    SortedSet<String> union = new TreeSet<>(some);
    union.addAll(others);
    return union;
  }
}
