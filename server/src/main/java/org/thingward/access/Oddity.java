package org.thingward.access;

import java.util.Locale;

/**
 * Something an operator did that is unlike what this operator does.
 *
 * @param kind of what kind
 * @param reason what was done, and what is known from before, for a person
 */
record Oddity(Kind kind, String reason) {
  /** In what it differs. */
  enum Kind {
    /** A change that this operator never made. */
    RARE_VERB,
    /** A change at a time of the day at which this operator never made one. */
    RARE_HOUR,
    /** Much more read within an hour than in any before. */
    BULK_READ,
    /** A login with a browser that this operator never used. */
    NEW_BROWSER,
    /** A login from a network that this operator never came from. */
    NEW_NETWORK,
    /** Two people of whom one always agrees to what the other asks, and at once. */
    ALWAYS_AGREES;

    /** The lower-case, hyphenated word used in records and the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of this word; throws {@link IllegalArgumentException} if there is none. */
    static Kind ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
