package org.thingward.verify.approval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which people must agree: so many of a role or a team, joined by {@code and} and {@code or}.
 *
 * <p>One person counts once in a whole expression, also where several of its parts would take them:
 * {@code 1 of role:releaser and 1 of team:security} takes two people. Whoever asked never counts,
 * nor does whoever shares a credential with them.
 */
public sealed interface Quorum {
  /** The most people that one part may demand. */
  int MOST = 16;

  /** What people have in common. */
  enum Trait {
    ROLE,
    TEAM;

    /** The lower-case word used in expressions. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * So many different people.
   *
   * @param count 1 to {@link #MOST}
   * @param name of the role or team
   */
  record People(int count, Trait trait, String name) implements Quorum {
    public People {
      if (count < 1 || count > MOST) {
        throw new IllegalArgumentException(
            "%d of %s:%s: a quorum is of 1 to %d people"
                .formatted(count, trait.word(), name, MOST));
      }
    }

    boolean takes(Person person) {
      return (trait == Trait.ROLE ? person.roles() : person.teams()).contains(name);
    }

    @Override
    public String text() {
      return count + " of " + trait.word() + ":" + name;
    }
  }

  /** Each of these, by different people. */
  record All(List<Quorum> parts) implements Quorum {
    public All {
      parts = several(parts);
    }

    @Override
    public String text() {
      return parts.stream()
          .map(part -> part instanceof Any ? "(" + part.text() + ")" : part.text())
          .collect(Collectors.joining(" and "));
    }
  }

  /** One of these. */
  record Any(List<Quorum> parts) implements Quorum {
    public Any {
      parts = several(parts);
    }

    @Override
    public String text() {
      return parts.stream().map(Quorum::text).collect(Collectors.joining(" or "));
    }
  }

  /** As {@link QuorumReader} reads it. */
  String text();

  /**
   * Whether those who agreed are enough.
   *
   * @param requester who asked, and with whom they share a credential
   */
  default boolean isMetBy(Approver requester, Collection<Approver> agreed) {
    List<Person> people = Person.of(agreed, requester);
    return ways().stream().anyMatch(way -> new Seats(way).areFilledBy(people));
  }

  /** What would do: each way a list of demands that must all be met by different people. */
  default List<List<People>> ways() {
    return switch (this) {
      case People people -> List.of(List.of(people));
      case Any any -> any.parts().stream().flatMap(part -> part.ways().stream()).toList();
      case All all -> {
        List<List<People>> ways = List.of(List.of());
        for (Quorum part : all.parts()) {
          List<List<People>> longer = new ArrayList<>();
          for (List<People> way : ways) {
            for (List<People> more : part.ways()) {
              List<People> both = new ArrayList<>(way);
              both.addAll(more);
              longer.add(both);
            }
          }
          ways = longer;
        }
        yield ways;
      }
    };
  }

  /** The least number of people that can do. */
  default int fewest() {
    return ways().stream()
        .mapToInt(way -> way.stream().mapToInt(People::count).sum())
        .min()
        .orElseThrow();
  }

  private static List<Quorum> several(List<Quorum> parts) {
    if (parts.size() < 2) {
      throw new IllegalArgumentException("'and' and 'or' join two parts at least");
    }
    return List.copyOf(parts);
  }
}
