package org.thingward.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** A page of a list of which not everything is for everybody. */
public final class FilteredPage {
  private static final int USUAL = 100;
  private static final int LARGEST = 1_000;

  private FilteredPage() {}

  /**
   * How many are asked for: 1 to 1,000, and 100 if that is not said.
   *
   * @throws Problem 400 if it is no such number
   */
  public static int limit(Map<String, String> query) {
    String text = query.getOrDefault("limit", Integer.toString(USUAL));
    if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= LARGEST) {
      return Integer.parseInt(text);
    }
    throw new Problem(400, "limit", "limit is a number from 1 to " + LARGEST + ".");
  }

  /**
   * Those that are {@code shown}, at most so many: reads on until the page is full, whatever is
   * left out in between.
   *
   * @param from where the page begins
   * @param read so many of all, from a place on
   * @param placeOf the place behind one
   */
  public static <T, C> List<T> of(
      C from,
      int limit,
      BiFunction<C, Integer, List<T>> read,
      Function<T, C> placeOf,
      Predicate<T> shown) {
    List<T> page = new ArrayList<>();
    C place = from;
    while (true) {
      List<T> found = read.apply(place, limit);
      found.stream().filter(shown).limit(limit - page.size()).forEach(page::add);
      if (found.size() < limit || page.size() == limit) {
        return page;
      }
      place = placeOf.apply(found.getLast());
    }
  }
}
