package org.thingward.verify.diff;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.Component;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.SourceRule;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/** What appraisal reads in one policy. */
record Reading(Policy policy) {
  /** What the statements of a source can do. Who is not registered can only lower. */
  record Authority(boolean raises, Tier worst) {
    static final Authority UNREGISTERED = new Authority(false, Tier.CONTRAINDICATED);

    String words() {
      return (raises ? "raises" : "only lowers") + ", at worst " + worst.word();
    }
  }

  /** What one rule makes of one cell. */
  record Word(
      Component component, Tier tier, Optional<Duration> holds, Duration holdDown, String bound)
      implements Comparable<Word> {
    private static final Comparator<Word> ORDER =
        Comparator.comparing(Word::component)
            .thenComparing(Word::tier)
            .thenComparing(word -> word.holds().orElse(Duration.ofSeconds(Long.MAX_VALUE)))
            .thenComparing(Word::holdDown)
            .thenComparing(Word::bound);

    @Override
    public int compareTo(Word other) {
      return ORDER.compare(this, other);
    }

    /** The same, whatever its reason names. */
    Word unworded() {
      return new Word(component, tier, holds, holdDown, "");
    }

    /** Whether it says the same and goes on longer, so that the other adds nothing. */
    boolean outlasts(Word other) {
      return component == other.component
          && tier == other.tier
          && holds.equals(other.holds)
          && bound.equals(other.bound)
          && holdDown.compareTo(other.holdDown) > 0;
    }

    String words() {
      return tier.word()
          + " for "
          + component.word()
          + holds.map(length -> ", holds " + Words.length(length)).orElse("")
          + (holdDown.isZero() ? "" : ", hold-down " + Words.length(holdDown));
    }
  }

  Authority authority(String source, String kind, SubjectKind about) {
    SourceRule rule = policy.sources().get(source);
    if (rule == null || !rule.mayState(kind, about)) {
      return Authority.UNREGISTERED;
    }
    boolean caps = rule.worst() != Tier.CONTRAINDICATED && contraindicates(kind);
    return new Authority(rule.raises(), caps ? rule.worst() : Tier.CONTRAINDICATED);
  }

  boolean mayState(String source, String kind, SubjectKind about) {
    SourceRule rule = policy.sources().get(source);
    return rule != null && rule.mayState(kind, about);
  }

  /** The kind of evidence that makes this claim; empty if it is not declared. */
  Optional<String> kindOf(String claim) {
    return Optional.ofNullable(policy.claims().get(claim)).map(ClaimDeclaration::of);
  }

  /** What a value of this cell comes to that {@code source} states now. */
  Standing comesTo(String source, String kind, SubjectKind about, String claim, ValueCell cell) {
    boolean linked =
        (about != SubjectKind.PRODUCT && about != SubjectKind.RELEASE) || canLink(about);
    if (!linked) {
      return Standing.NOTHING;
    }
    boolean measured = cell instanceof ValueCell.OfMeasurement && !canLink(SubjectKind.RELEASE);
    ValueCell read =
        measured ? new ValueCell.OfMeasurement(ReferenceValues.Comparison.UNKNOWN) : cell;
    Authority authority = authority(source, kind, about);
    Standing standing = Standing.NOTHING;
    for (Word word : words(kind, claim, read)) {
      Tier tier = word.tier().isWorseThan(authority.worst()) ? authority.worst() : word.tier();
      if (tier != Tier.AFFIRMING || authority.raises()) {
        boolean impostor =
            word.component() == Component.INSTANCE_IDENTITY && tier == Tier.CONTRAINDICATED;
        Set<Component> stated = authority.raises() ? Set.of(word.component()) : Set.of();
        boolean own = about != SubjectKind.PRODUCT && about != SubjectKind.RELEASE;
        Set<String> attested = own && authority.raises() ? Set.of(claim) : Set.of();
        standing =
            standing.with(new Standing(tier, impostor, authority.raises(), stated, attested));
      }
    }
    return standing;
  }

  /** Whether any source that raises can link a device to such a subject. */
  private boolean canLink(SubjectKind to) {
    return policy.claims().values().stream()
        .filter(claim -> claim.type().equals(new ClaimType.LinkTo(to)))
        .anyMatch(claim ->
            policy.sources().keySet().stream()
                .anyMatch(source -> authority(source, claim.of(), SubjectKind.DEVICE).raises()));
  }

  private boolean contraindicates(String kind) {
    return policy.appraise().stream()
        .filter(rule -> isOf(rule.claim(), kind))
        .anyMatch(rule ->
            Cells.of(List.of(rule)).stream()
                .anyMatch(cell ->
                    Cells.tier(rule.scale(), cell).equals(Optional.of(Tier.CONTRAINDICATED))));
  }

  private boolean isOf(String claim, String kind) {
    ClaimDeclaration declared = policy.claims().get(claim);
    return declared != null && declared.of().equals(kind);
  }

  /** The rules over a claim as evidence of this kind makes it. */
  List<AppraisalRule> rules(String kind, String claim) {
    return isOf(claim, kind)
        ? policy.appraise().stream().filter(rule -> rule.claim().equals(claim)).toList()
        : List.of();
  }

  /** What the rules make of a cell, in an order that does not depend on theirs. */
  List<Word> words(String kind, String claim, ValueCell cell) {
    SortedSet<Word> words = new TreeSet<>();
    rules(kind, claim).forEach(rule -> word(rule, cell).ifPresent(words::add));
    List<Word> all = List.copyOf(words);
    return all.stream()
        .filter(word -> all.stream().noneMatch(other -> other.outlasts(word)))
        .toList();
  }

  /** What a rule makes of a cell; empty if it says nothing of it. */
  static Optional<Word> word(AppraisalRule rule, ValueCell cell) {
    // What affirms is never held down.
    return Cells.tier(rule.scale(), cell)
        .map(tier ->
            new Word(
                rule.component(),
                tier,
                rule.holds(),
                tier == Tier.AFFIRMING ? Duration.ZERO : rule.holdDown(),
                Cells.bound(rule.scale(), cell)));
  }

  static String told(List<Word> words) {
    return words.isEmpty()
        ? "nothing"
        : words.stream().map(Word::words).collect(Collectors.joining("; "));
  }

  /** The kind of evidence that makes this claim a link, and to what; empty if it is none. */
  Optional<String> link(String claim) {
    ClaimDeclaration declared = policy.claims().get(claim);
    return declared != null && declared.type() instanceof ClaimType.LinkTo(SubjectKind to)
        ? Optional.of(declared.of() + ", to " + to.word())
        : Optional.empty();
  }

  /** The names of all claims of this kind. */
  SortedSet<String> claimsOf(String kind) {
    SortedSet<String> names = new TreeSet<>();
    policy.claims().values().stream()
        .filter(claim -> claim.of().equals(kind))
        .forEach(claim -> names.add(claim.name()));
    return names;
  }
}
