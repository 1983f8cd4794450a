package org.thingward.verify.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A mapping of the policy, read member by member. Whatever is wrong is added to the mistakes, and
 * reading goes on with nothing in its place.
 */
final class Section {
  private final Node.Mapping mapping;
  private final Mistakes mistakes;
  private final Set<String> read = new HashSet<>();

  private Section(Node.Mapping mapping, Mistakes mistakes) {
    this.mapping = mapping;
    this.mistakes = mistakes;
  }

  /** The mapping at {@code node}; an empty one, and a mistake, if it is none. */
  static Section of(Node node, String what, Mistakes mistakes) {
    if (node instanceof Node.Mapping mapping) {
      return new Section(mapping, mistakes);
    }
    mistakes.add(node, what + " is a mapping; write name: value");
    return new Section(new Node.Mapping(node.line(), node.column(), List.of()), mistakes);
  }

  Node place() {
    return mapping;
  }

  Mistakes mistakes() {
    return mistakes;
  }

  /** All members, for mappings whose keys are names. */
  List<Node.Member> members() {
    return mapping.members();
  }

  Optional<Node> member(String key) {
    read.add(key);
    return mapping.members().stream()
        .filter(member -> member.key().text().equals(key))
        .map(Node.Member::value)
        .findFirst();
  }

  /** A member that must be there. */
  Optional<Node> required(String key, String example) {
    Optional<Node> member = member(key);
    if (member.isEmpty()) {
      mistakes.add(mapping, "'" + key + "' is missing; write e.g. " + key + ": " + example);
    }
    return member;
  }

  /** Adds each member that nothing read. */
  void refuseOthers(String what) {
    for (Node.Member member : mapping.members()) {
      if (!read.contains(member.key().text())) {
        mistakes.unknown(member.key(), what, member.key().text(), new java.util.TreeSet<>(read));
      }
    }
  }

  Optional<String> text(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return Optional.of(scalar.text());
    }
    mistakes.add(node, "a single value is expected here");
    return Optional.empty();
  }

  /** One of {@code known}. */
  Optional<String> word(Node node, String what, Collection<String> known) {
    Optional<String> text = text(node);
    if (text.isPresent() && !known.contains(text.get())) {
      mistakes.unknown(node, what, text.get(), known);
      return Optional.empty();
    }
    return text;
  }

  /** One of {@code values}, by its word. */
  <T> Optional<T> oneOf(Node node, String what, T[] values, Function<T, String> wordOf) {
    List<String> words = Arrays.stream(values).map(wordOf).toList();
    return word(node, what, words).map(word -> values[words.indexOf(word)]);
  }

  Optional<Boolean> yesNo(Node node) {
    Optional<String> text = text(node);
    if (text.isPresent() && !List.of("yes", "no").contains(text.get())) {
      mistakes.add(
          node, "'" + Mistakes.brief(text.get()) + "' is neither yes nor no; write yes or no");
      return Optional.empty();
    }
    return text.map("yes"::equals);
  }

  Optional<Duration> duration(Node node) {
    return text(node).flatMap(text -> Durations.read(node, text, mistakes));
  }

  /** The items of a list. */
  List<Node> items(Node node) {
    if (node instanceof Node.Sequence sequence) {
      return sequence.items();
    }
    mistakes.add(node, "a list is expected here; write [one, other]");
    return List.of();
  }

  /** The items that {@code read} makes something of. */
  <T> List<T> list(Node node, Function<Node, Optional<T>> read) {
    List<T> list = new ArrayList<>();
    items(node).forEach(item -> read.apply(item).ifPresent(list::add));
    return list;
  }
}
