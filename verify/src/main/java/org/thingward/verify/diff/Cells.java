package org.thingward.verify.diff;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.AppraisalRule.Scale;
import org.thingward.trust.ReferenceValues.Comparison;
import org.thingward.trust.Tier;

/** Splits the values of a claim where any of some rules changes its word. */
final class Cells {
  private final SortedSet<String> words = new TreeSet<>();
  private final SortedSet<Long> numbers = new TreeSet<>();
  private final SortedSet<Duration> lengths = new TreeSet<>();
  private final SortedSet<Duration> ages = new TreeSet<>();
  private boolean flags;
  private boolean counts;
  private boolean spans;
  private boolean moments;
  private boolean measurements;

  private Cells() {}

  /** The cells that {@code rules}, all over one claim, make of it; none where no rule judges it. */
  static List<ValueCell> of(Collection<AppraisalRule> rules) {
    Cells cells = new Cells();
    rules.forEach(rule -> cells.cut(rule.scale()));
    return cells.all();
  }

  private void cut(Scale scale) {
    switch (scale) {
      case AppraisalRule.ByWord by -> words.addAll(by.tiers().keySet());
      case AppraisalRule.ByFlag _ -> flags = true;
      case AppraisalRule.ByNumber by -> {
        counts = true;
        numbers.addAll(by.over().keySet());
      }
      case AppraisalRule.ByLength by -> {
        spans = true;
        lengths.addAll(by.over().keySet());
      }
      case AppraisalRule.ByAge by -> {
        moments = true;
        ages.addAll(by.over().keySet());
      }
      case AppraisalRule.ByMeasurement _ -> measurements = true;
    }
  }

  private List<ValueCell> all() {
    List<ValueCell> cells = new ArrayList<>();
    words.forEach(word -> cells.add(new ValueCell.OfWord(word)));
    if (flags) {
      cells.add(new ValueCell.OfFlag(true));
      cells.add(new ValueCell.OfFlag(false));
    }
    if (counts) {
      between(numbers, ValueCell.OfNumber::new, cells);
    }
    if (spans) {
      between(lengths, ValueCell.OfLength::new, cells);
    }
    if (moments) {
      between(ages, ValueCell.OfAge::new, cells);
    }
    if (measurements) {
      for (Comparison comparison : Comparison.values()) {
        cells.add(new ValueCell.OfMeasurement(comparison));
      }
    }
    return cells;
  }

  private static <T> void between(
      SortedSet<T> cuts,
      BiFunction<Optional<T>, Optional<T>, ValueCell> cell,
      List<ValueCell> cells) {
    Optional<T> from = Optional.empty();
    for (T cut : cuts) {
      cells.add(cell.apply(from, Optional.of(cut)));
      from = Optional.of(cut);
    }
    cells.add(cell.apply(from, Optional.empty()));
  }

  /** The tier that a rule's scale gives to the values of a cell; empty if it says nothing. */
  static Optional<Tier> tier(Scale scale, ValueCell cell) {
    return switch (scale) {
      case AppraisalRule.ByWord by ->
          cell instanceof ValueCell.OfWord(String word)
              ? Optional.ofNullable(by.tiers().get(word))
              : Optional.empty();
      case AppraisalRule.ByFlag by ->
          cell instanceof ValueCell.OfFlag(boolean set)
              ? set ? by.yes() : by.no()
              : Optional.empty();
      case AppraisalRule.ByNumber by ->
          cell instanceof ValueCell.OfNumber(Optional<Long> over, Optional<Long> _)
              ? passed(by.over(), over, by.otherwise())
              : Optional.empty();
      case AppraisalRule.ByLength by ->
          cell instanceof ValueCell.OfLength(Optional<Duration> over, Optional<Duration> _)
              ? passed(by.over(), over, by.otherwise())
              : Optional.empty();
      case AppraisalRule.ByAge by ->
          cell instanceof ValueCell.OfAge(Optional<Duration> from, Optional<Duration> _)
              ? passed(by.over(), from, by.otherwise())
              : Optional.empty();
      case AppraisalRule.ByMeasurement by ->
          cell instanceof ValueCell.OfMeasurement(Comparison comparison)
              ? Optional.ofNullable(by.tiers().get(comparison))
              : Optional.empty();
    };
  }

  /** What a reason for a value of this cell names, beyond the claim and its value. */
  static String bound(Scale scale, ValueCell cell) {
    return switch (scale) {
      case AppraisalRule.ByNumber by
          when cell instanceof ValueCell.OfNumber(Optional<Long> over, Optional<Long> _) ->
          named(by.over(), over);
      case AppraisalRule.ByLength by
          when cell instanceof ValueCell.OfLength(Optional<Duration> over, Optional<Duration> _) ->
          named(by.over(), over);
      case AppraisalRule.ByAge by
          when cell instanceof ValueCell.OfAge(Optional<Duration> from, Optional<Duration> _) ->
          named(by.over(), from);
      default -> "";
    };
  }

  private static <T> Optional<Tier> passed(
      java.util.SortedMap<T, Tier> over, Optional<T> bound, Optional<Tier> otherwise) {
    return highest(over, bound).map(over::get).or(() -> otherwise);
  }

  private static <T> String named(java.util.SortedMap<T, Tier> over, Optional<T> bound) {
    return highest(over, bound)
        .map(String::valueOf)
        .orElseGet(() -> over.isEmpty() ? "" : "below " + over.firstKey());
  }

  /** The highest threshold that all values above {@code bound} have passed. */
  private static <T> Optional<T> highest(java.util.SortedMap<T, Tier> over, Optional<T> bound) {
    if (bound.isEmpty()) {
      return Optional.empty();
    }
    return over.containsKey(bound.get())
        ? bound
        : over.headMap(bound.get()).isEmpty()
            ? Optional.empty()
            : Optional.of(over.headMap(bound.get()).lastKey());
  }
}
