package org.thingward.inventory;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The order of versions as people mean it: numbers by value, a missing part before a present one,
 * and a word such as {@code rc1} before the version without it.
 */
final class Versions {
  private static final Pattern PART = Pattern.compile("[0-9]+|[A-Za-z]+");

  private Versions() {}

  /** Negative if {@code one} is before {@code other}, 0 if neither is. */
  static int compare(String one, String other) {
    List<String> left = parts(one);
    List<String> right = parts(other);
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      int order = comparePart(part(left, i), part(right, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static List<String> parts(String version) {
    return PART.matcher(version).results().map(MatchResult::group).toList();
  }

  private static String part(List<String> parts, int index) {
    return index < parts.size() ? parts.get(index) : "";
  }

  /** A word is before nothing, nothing before a number; but {@code 3.0} is no other than 3. */
  private static int comparePart(String left, String right) {
    int kinds = Integer.compare(kind(left), kind(right));
    if (kind(left) == kind(right)) {
      return kind(left) == 0 ? left.compareToIgnoreCase(right) : compareNumbers(left, right);
    }
    boolean onlyZeros = (left + right).matches("0+");
    return onlyZeros ? 0 : kinds;
  }

  private static int kind(String part) {
    return part.isEmpty() ? 1 : Character.isDigit(part.charAt(0)) ? 2 : 0;
  }

  private static int compareNumbers(String left, String right) {
    String one = left.replaceFirst("^0+", "");
    String other = right.replaceFirst("^0+", "");
    int byLength = Integer.compare(one.length(), other.length());
    return byLength != 0 ? byLength : one.compareTo(other);
  }
}
