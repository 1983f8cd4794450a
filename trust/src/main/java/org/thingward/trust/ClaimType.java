package org.thingward.trust;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What values a claim may take, as the policy declares it. */
public sealed interface ClaimType {
  /** One of these words; at least one. */
  record OneOf(SortedSet<String> words) implements ClaimType {
    public OneOf {
      words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
    }
  }

  /** Any word: kept on record, judged by no rule. */
  record Name() implements ClaimType {}

  /** Yes or no. */
  record YesNo() implements ClaimType {}

  /** A whole number. */
  record Number() implements ClaimType {}

  /** A length of time. */
  record Length() implements ClaimType {}

  /** A moment, judged by the time since then. */
  record Age() implements ClaimType {}

  /** A digest, compared with the reference values of the release that the device runs. */
  record Measured() implements ClaimType {}

  /** A set of digests. */
  record DigestSet() implements ClaimType {}

  /** A link to a product or release, whose evidence then counts as well. */
  record LinkTo(SubjectKind kind) implements ClaimType {}

  /** Whether {@code value} is of this type. */
  default boolean admits(ClaimValue value) {
    return switch (this) {
      case OneOf(SortedSet<String> words) ->
          value instanceof ClaimValue.Word(String word) && words.contains(word);
      case Name() -> value instanceof ClaimValue.Word;
      case YesNo() -> value instanceof ClaimValue.Flag;
      case Number() -> value instanceof ClaimValue.Count;
      case Length() -> value instanceof ClaimValue.Span;
      case Age() -> value instanceof ClaimValue.Moment;
      case Measured() -> value instanceof ClaimValue.Measurement;
      case DigestSet() -> value instanceof ClaimValue.Digests;
      case LinkTo(SubjectKind kind) ->
          value instanceof ClaimValue.Link(Subject subject) && subject.kind() == kind;
    };
  }

  /** The word by which policies call the type. */
  default String word() {
    return switch (this) {
      case OneOf ignored -> "enum";
      case Name() -> "name";
      case YesNo() -> "flag";
      case Number() -> "number";
      case Length() -> "duration";
      case Age() -> "age";
      case Measured() -> "measurement";
      case DigestSet() -> "digests";
      case LinkTo ignored -> "link";
    };
  }
}
