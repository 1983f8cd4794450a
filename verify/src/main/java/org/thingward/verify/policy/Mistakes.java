package org.thingward.verify.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects mistakes, so that a reader is told of many at once. */
final class Mistakes {
  private static final int MOST = 20;

  private final List<PolicyError> errors = new ArrayList<>();

  void add(Node at, String message) {
    errors.add(new PolicyError(at.line(), at.column(), message));
  }

  /** Adds that a word is not among {@code known}, and the nearest of them. */
  void unknown(Node at, String what, String word, Collection<String> known) {
    String meant =
        nearest(word, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("write one of " + String.join(", ", known));
    add(at, "'" + brief(word) + "' is no " + what + "; " + meant);
  }

  void throwIfAny() {
    if (!errors.isEmpty()) {
      errors.sort(Comparator.comparing(PolicyError::line).thenComparing(PolicyError::column));
      throw new PolicyRefused(errors.subList(0, Math.min(MOST, errors.size())));
    }
  }

  static String brief(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  static Optional<String> nearest(String word, Collection<String> known) {
    String sought = word.length() <= 64 ? word : word.substring(0, 64);
    return known.stream()
        .filter(one ->
            distance(sought, one) <= Math.max(1, Math.min(one.length(), sought.length()) / 3))
        .min(
            Comparator.comparingInt((String one) -> distance(sought, one))
                .thenComparing(one -> one));
  }

  /** How many letters must be put, dropped, changed or swapped to make one word of the other. */
  private static int distance(String one, String other) {
    int[][] rows = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : cheapest(rows, one, other, i, j);
      }
    }
    return rows[one.length()][other.length()];
  }

  private static int cheapest(int[][] rows, String one, String other, int i, int j) {
    boolean same = one.charAt(i - 1) == other.charAt(j - 1);
    int least = rows[i - 1][j - 1] + (same ? 0 : 1);
    least = Math.min(least, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1);
    return swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
  }
}
