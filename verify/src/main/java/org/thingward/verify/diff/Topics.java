package org.thingward.verify.diff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.trust.TopicFilter;

/**
 * Compares sets of topic filters by the topics they match, exactly: a filter tells levels apart
 * only by whether they are one of its own, so that one other word stands for all others, and no
 * topic deeper than the deepest filter needs to be tried but by one level.
 */
final class Topics {
  private Topics() {}

  /** A topic that {@code some} match and {@code others} do not; empty if there is none. */
  static Optional<String> matchedOnlyBy(List<TopicFilter> some, List<TopicFilter> others) {
    List<String> levels = levels(some, others);
    int deepest = deepest(some, others) + 1;
    Deque<List<String>> open = new ArrayDeque<>();
    Set<Set<String>> seen = new HashSet<>();
    levels.forEach(level -> open.add(List.of(level)));
    while (!open.isEmpty()) {
      List<String> topic = open.removeFirst();
      String text = String.join("/", topic);
      if (matches(some, text) && !matches(others, text)) {
        return Optional.of(text);
      }
      if (topic.size() < deepest && seen.add(alive(topic, some, others))) {
        for (String level : levels) {
          List<String> longer = new ArrayList<>(topic);
          longer.add(level);
          open.add(longer);
        }
      }
    }
    return Optional.empty();
  }

  /** A filter that may be subscribed to under {@code some} and not under {@code others}. */
  static Optional<String> subscribedOnlyBy(List<TopicFilter> some, List<TopicFilter> others) {
    return some.stream()
        .filter(filter -> others.stream().noneMatch(other -> other.covers(filter)))
        .map(TopicFilter::toString)
        .findFirst();
  }

  private static boolean matches(List<TopicFilter> filters, String topic) {
    byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
    return filters.stream().anyMatch(filter -> filter.matches(bytes));
  }

  /** Which filters still can match, each with what is left of it: what decides all that follows. */
  private static Set<String> alive(
      List<String> topic, List<TopicFilter> some, List<TopicFilter> others) {
    Set<String> alive = new TreeSet<>();
    alive.add("depth " + topic.size());
    for (List<TopicFilter> side : List.of(some, others)) {
      for (TopicFilter filter : side) {
        String[] parts = filter.toString().split("/", -1);
        if (canMatch(parts, topic)) {
          alive.add((side == some ? "some " : "others ") + filter);
        }
      }
    }
    return alive;
  }

  private static boolean canMatch(String[] filter, List<String> topic) {
    boolean wild = filter[0].equals("+") || filter[0].equals("#");
    if (wild && topic.getFirst().startsWith("$")) {
      return false;
    }
    for (int i = 0; i < topic.size(); i++) {
      if (i >= filter.length) {
        return false;
      }
      if (filter[i].equals("#")) {
        return true;
      }
      if (!filter[i].equals("+") && !filter[i].equals(topic.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> levels(List<TopicFilter> some, List<TopicFilter> others) {
    Set<String> levels = new TreeSet<>();
    for (List<TopicFilter> side : List.of(some, others)) {
      for (TopicFilter filter : side) {
        for (String level : filter.toString().split("/", -1)) {
          if (!level.equals("+") && !level.equals("#")) {
            levels.add(level);
          }
        }
      }
    }
    levels.add(fresh("other", levels));
    levels.add(fresh("$other", levels));
    return List.copyOf(levels);
  }

  private static String fresh(String word, Set<String> taken) {
    String fresh = word;
    while (taken.contains(fresh)) {
      fresh += "-";
    }
    return fresh;
  }

  private static int deepest(List<TopicFilter> some, List<TopicFilter> others) {
    int deepest = 1;
    for (List<TopicFilter> side : List.of(some, others)) {
      for (TopicFilter filter : side) {
        deepest = Math.max(deepest, filter.toString().split("/", -1).length);
      }
    }
    return deepest;
  }
}
