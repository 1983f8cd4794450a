package org.thingward.verify.diff;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.ReferenceValues.Comparison;

/** Values of one claim that neither of two policies tells apart. */
sealed interface ValueCell {
  /** A measurement that is among the reference values of a sample's release. */
  Digest MATCHING = Digest.of(new byte[] {1});

  /** A measurement that is not. */
  Digest DIFFERING = Digest.of(new byte[] {2});

  /** One word. */
  record OfWord(String word) implements ValueCell {}

  /** Yes or no. */
  record OfFlag(boolean set) implements ValueCell {}

  /** Numbers over one threshold and not over the next. */
  record OfNumber(Optional<Long> over, Optional<Long> atMost) implements ValueCell {}

  /** Lengths of time over one threshold and not over the next. */
  record OfLength(Optional<Duration> over, Optional<Duration> atMost) implements ValueCell {}

  /** Moments that are at least {@code from} ago and not yet {@code until} ago. */
  record OfAge(Optional<Duration> from, Optional<Duration> until) implements ValueCell {}

  /** Measurements that compare like this. */
  record OfMeasurement(Comparison comparison) implements ValueCell {}

  /** A value of this cell at {@code at}. */
  default ClaimValue sample(Instant at) {
    return switch (this) {
      case OfWord(String word) -> new ClaimValue.Word(word);
      case OfFlag(boolean set) -> new ClaimValue.Flag(set);
      case OfNumber(Optional<Long> over, Optional<Long> atMost) ->
          new ClaimValue.Count(over.map(bound -> bound + 1).orElseGet(() -> atMost.orElse(0L)));
      case OfLength(Optional<Duration> over, Optional<Duration> atMost) ->
          new ClaimValue.Span(
              over.map(bound -> bound.plusSeconds(1))
                  .orElseGet(() -> atMost.orElse(Duration.ZERO)));
      case OfAge(Optional<Duration> from, Optional<Duration> until) ->
          new ClaimValue.Moment(
              at.minus(
                  from.orElseGet(() -> until.orElse(Duration.ZERO).minus(Duration.ofHours(1)))));
      case OfMeasurement(Comparison comparison) ->
          new ClaimValue.Measurement(comparison == Comparison.MATCHES ? MATCHING : DIFFERING);
    };
  }

  /**
   * Whether {@code value} is in this cell at any moment from {@code from} to {@code to}.
   *
   * @param comparisons how a measurement may compare there
   */
  default boolean meets(ClaimValue value, Instant from, Instant to, Set<Comparison> comparisons) {
    return switch (this) {
      case OfWord(String word) ->
          value instanceof ClaimValue.Word(String said) && said.equals(word);
      case OfFlag(boolean set) -> value instanceof ClaimValue.Flag(boolean said) && said == set;
      case OfNumber(Optional<Long> over, Optional<Long> atMost) ->
          value instanceof ClaimValue.Count(long number)
              && over.map(bound -> number > bound).orElse(true)
              && atMost.map(bound -> number <= bound).orElse(true);
      case OfLength(Optional<Duration> over, Optional<Duration> atMost) ->
          value instanceof ClaimValue.Span span
              && over.map(bound -> span.length().compareTo(bound) > 0).orElse(true)
              && atMost.map(bound -> span.length().compareTo(bound) <= 0).orElse(true);
      case OfAge(Optional<Duration> youngest, Optional<Duration> oldest) ->
          value instanceof ClaimValue.Moment(Instant moment)
              && youngest.map(age -> !age(moment, to).minus(age).isNegative()).orElse(true)
              && oldest.map(age -> age(moment, from).minus(age).isNegative()).orElse(true);
      case OfMeasurement(Comparison comparison) ->
          value instanceof ClaimValue.Measurement && comparisons.contains(comparison);
    };
  }

  private static Duration age(Instant moment, Instant at) {
    return Duration.between(moment, at);
  }

  /** In words, after the claim's name. */
  default String words() {
    return switch (this) {
      case OfWord(String word) -> "is " + word;
      case OfFlag(boolean set) -> "is " + (set ? "yes" : "no");
      case OfNumber(Optional<Long> over, Optional<Long> atMost) ->
          between(over.map(String::valueOf), atMost.map(String::valueOf));
      case OfLength(Optional<Duration> over, Optional<Duration> atMost) ->
          between(over.map(Words::length), atMost.map(Words::length));
      case OfAge(Optional<Duration> from, Optional<Duration> until) -> age(from, until);
      case OfMeasurement(Comparison comparison) ->
          switch (comparison) {
            case MATCHES -> "matches its release";
            case DIFFERS -> "differs from its release";
            case UNKNOWN -> "cannot be compared";
          };
    };
  }

  private static String between(Optional<String> over, Optional<String> atMost) {
    if (over.isEmpty() && atMost.isEmpty()) {
      return "has any value";
    }
    return "is "
        + over.map(bound -> "over " + bound).orElse("")
        + (over.isPresent() && atMost.isPresent() ? ", " : "")
        + atMost.map(bound -> "at most " + bound).orElse("");
  }

  private static String age(Optional<Duration> from, Optional<Duration> until) {
    if (from.isEmpty() && until.isEmpty()) {
      return "is any moment";
    }
    String past = from.map(age -> age.isZero() ? "past" : Words.length(age) + " ago").orElse("");
    String young =
        until
            .map(age -> age.isZero() ? "not yet past" : "not yet " + Words.length(age) + " ago")
            .orElse(past.isEmpty() ? "" : "or longer");
    return "is " + past + (past.isEmpty() || young.isEmpty() ? "" : ", ") + young;
  }
}
