package org.thingward.trust;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The value of one claim. The alternatives are few on purpose: a policy over them can be proved
 * over its whole domain.
 */
public sealed interface ClaimValue {
  /** One word of those that the policy lists for the claim, or a name or note that none judges. */
  record Word(String word) implements ClaimValue {
    /** The most characters that it has. */
    public static final int LONGEST = 256;

    public Word {
      if (word.isEmpty() || word.length() > LONGEST) {
        throw new IllegalArgumentException("a claim's word has 1 to " + LONGEST + " characters");
      }
    }
  }

  /** Yes or no. */
  record Flag(boolean set) implements ClaimValue {}

  /** A whole number, of magnitude at most 2^53 - 1 so that every JSON reader agrees on it. */
  record Count(long number) implements ClaimValue {
    private static final long LIMIT = (1L << 53) - 1;

    public Count {
      if (number > LIMIT || number < -LIMIT) {
        throw new IllegalArgumentException("a count is at most 2^53 - 1 in magnitude");
      }
    }
  }

  /** A length of time, in whole seconds. */
  record Span(Duration length) implements ClaimValue {
    public Span {
      if (length.getNano() != 0) {
        throw new IllegalArgumentException("a span is in whole seconds");
      }
    }
  }

  /**
   * A moment. Policies judge it by the time since then ("over 400d"), so that growing old needs no
   * new evidence.
   */
  record Moment(Instant at) implements ClaimValue {}

  /** A measurement, compared with the reference values of the release that the device runs. */
  record Measurement(Digest digest) implements ClaimValue {}

  /** A link: evidence about {@code subject} counts for the subject of this evidence as well. */
  record Link(Subject subject) implements ClaimValue {}

  /** A set of digests, such as the credentials that a device may present. At most 16. */
  record Digests(SortedSet<Digest> digests) implements ClaimValue {
    public Digests {
      if (digests.size() > 16) {
        throw new IllegalArgumentException("a claim holds at most 16 digests");
      }
      digests = Collections.unmodifiableSortedSet(new TreeSet<>(digests));
    }
  }
}
