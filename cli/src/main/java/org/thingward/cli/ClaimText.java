package org.thingward.cli;

import java.time.Instant;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** The value of a claim, for a person. */
final class ClaimText {
  private ClaimText() {}

  static String of(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Word(String word) -> word;
      case ClaimValue.Flag(boolean set) -> set ? "yes" : "no";
      case ClaimValue.Count(long number) -> Long.toString(number);
      case ClaimValue.Span span -> span.length().toSeconds() + "s";
      case ClaimValue.Moment(Instant at) -> at.toString();
      case ClaimValue.Measurement(Digest digest) -> digest.brief();
      case ClaimValue.Link(Subject subject) -> subject.toString();
      case ClaimValue.Digests(SortedSet<Digest> digests) ->
          digests.stream().map(Digest::brief).collect(Collectors.joining(" "));
    };
  }
}
