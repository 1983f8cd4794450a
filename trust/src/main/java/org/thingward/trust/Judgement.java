package org.thingward.trust;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;

/** What a piece of evidence says under a rule: steps in time, oldest first; none if nothing. */
final class Judgement {
  private final ReferenceValues references;
  private final Links links;

  Judgement(ReferenceValues references, Links links) {
    this.references = references;
    this.links = links;
  }

  /** The steps of {@code rule} over {@code piece}, before the source's cap. */
  List<Step> steps(AppraisalRule rule, Piece piece) {
    ClaimValue value = piece.evidence().claims().get(rule.claim());
    if (value == null) {
      return List.of();
    }
    Instant from = piece.received();
    String claim = rule.claim();
    return switch (rule.scale()) {
      case AppraisalRule.ByWord(SortedMap<String, Tier> tiers) ->
          value instanceof ClaimValue.Word(String word)
              ? one(from, Optional.ofNullable(tiers.get(word)), claim + " is " + word)
              : List.of();
      case AppraisalRule.ByFlag(Optional<Tier> yes, Optional<Tier> no) ->
          value instanceof ClaimValue.Flag(boolean set)
              ? one(from, set ? yes : no, claim + " is " + (set ? "yes" : "no"))
              : List.of();
      case AppraisalRule.ByNumber(SortedMap<Long, Tier> over, Optional<Tier> otherwise) ->
          value instanceof ClaimValue.Count(long number)
              ? threshold(from, claim, over.headMap(number), over, otherwise, String::valueOf)
              : List.of();
      case AppraisalRule.ByLength(SortedMap<Duration, Tier> over, Optional<Tier> otherwise) ->
          value instanceof ClaimValue.Span span
              ? threshold(
                  from, claim, over.headMap(span.length()), over, otherwise, Judgement::length)
              : List.of();
      case AppraisalRule.ByAge(SortedMap<Duration, Tier> over, Optional<Tier> otherwise) ->
          value instanceof ClaimValue.Moment(Instant moment)
              ? ages(from, claim, moment, over, otherwise)
              : List.of();
      case AppraisalRule.ByMeasurement(Map<ReferenceValues.Comparison, Tier> tiers) ->
          value instanceof ClaimValue.Measurement(Digest measured)
              ? measured(piece, claim, measured, tiers)
              : List.of();
    };
  }

  private static List<Step> one(Instant from, Optional<Tier> tier, String text) {
    return tier.map(given -> List.of(new Step(from, given, text))).orElse(List.of());
  }

  private static <T> List<Step> threshold(
      Instant from,
      String claim,
      SortedMap<T, Tier> passed,
      SortedMap<T, Tier> all,
      Optional<Tier> otherwise,
      Function<T, String> wording) {
    if (passed.isEmpty()) {
      String bound = all.isEmpty() ? "" : " is at most " + wording.apply(all.firstKey());
      return one(from, otherwise, claim + bound);
    }
    T highest = passed.lastKey();
    String text = claim + " is over " + wording.apply(highest);
    return one(from, Optional.ofNullable(passed.get(highest)), text);
  }

  private static List<Step> ages(
      Instant from,
      String claim,
      Instant moment,
      SortedMap<Duration, Tier> over,
      Optional<Tier> otherwise) {
    List<Step> steps = new ArrayList<>();
    String young =
        over.isEmpty() || over.firstKey().isZero()
            ? claim + " is not yet past"
            : claim + " is not " + length(over.firstKey()) + " ago";
    otherwise.ifPresent(tier -> steps.add(new Step(from, tier, young)));
    over.forEach((age, tier) -> {
      Instant passes = Moments.after(moment, age);
      if (!passes.isAfter(from)) {
        steps.clear();
      }
      String text = age.isZero() ? claim + " is past" : claim + " is over " + length(age) + " ago";
      steps.add(new Step(Moments.later(from, passes), tier, text));
    });
    return steps;
  }

  private List<Step> measured(
      Piece piece, String claim, Digest digest, Map<ReferenceValues.Comparison, Tier> tiers) {
    SortedSet<Subject> releases = links.releasesFor(piece.received());
    ReferenceValues.Comparison result = ReferenceValues.Comparison.UNKNOWN;
    for (Subject release : releases) {
      ReferenceValues.Comparison one = references.compare(release, claim, digest);
      if (one.compareTo(result) < 0) {
        result = one;
      }
    }
    String names = String.join(" and ", releases.stream().map(Subject::name).toList());
    String text =
        switch (result) {
          case MATCHES -> claim + " matches release " + names;
          case DIFFERS -> claim + " differs from release " + names;
          case UNKNOWN ->
              claim
                  + (releases.isEmpty()
                      ? " cannot be compared: no release is recorded"
                      : " is no known value of release " + names);
        };
    return one(piece.received(), Optional.ofNullable(tiers.get(result)), text);
  }

  /** A length of time as policies write it. */
  static String length(Duration length) {
    long seconds = length.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
