package org.thingward.verify.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.thingward.trust.Subject;

/** The matching against trying out everything, over small quorums and few people. */
class QuorumProperties {
  private static final List<String> NAMES = List.of("r", "s", "t");
  private static final Approver STRANGER =
      new Approver(Subject.operator("stranger"), Set.of(), Set.of(), Set.of());

  @Property(tries = 2_000)
  void a_quorum_is_met_exactly_if_some_seating_of_different_people_meets_it(
      @ForAll("quorums") Quorum quorum, @ForAll("people") List<Approver> people) {
    boolean seated = seat(quorum, people).stream().findAny().isPresent();
    assertThat(quorum.isMetBy(STRANGER, people)).isEqualTo(seated);
  }

  @Property(tries = 500)
  void more_people_never_make_it_less(
      @ForAll("quorums") Quorum quorum, @ForAll("people") List<Approver> people) {
    for (int some = 0; some < people.size(); some++) {
      assertThat(
              !quorum.isMetBy(STRANGER, people.subList(0, some))
                  || quorum.isMetBy(STRANGER, people.subList(0, some + 1)))
          .isTrue();
    }
  }

  @Property(tries = 500)
  void what_is_written_is_read_back(@ForAll("quorums") Quorum quorum) {
    assertThat(QuorumReader.read(quorum.text()).text()).isEqualTo(quorum.text());
  }

  /** All sets of people that some seating leaves over; none if nobody can be seated so. */
  private static Set<List<Approver>> seat(Quorum quorum, List<Approver> free) {
    Set<List<Approver>> left = new java.util.HashSet<>();
    switch (quorum) {
      case Quorum.People(int count, Quorum.Trait trait, String name) -> {
        if (count == 0) {
          left.add(free);
        } else {
          IntStream.range(0, free.size())
              .filter(i -> has(free.get(i), trait, name))
              .forEach(i -> {
                List<Approver> rest = new ArrayList<>(free);
                rest.remove(i);
                left.addAll(
                    count == 1
                        ? Set.of(rest)
                        : seat(new Quorum.People(count - 1, trait, name), rest));
              });
        }
      }
      case Quorum.Any(List<Quorum> parts) -> parts.forEach(part -> left.addAll(seat(part, free)));
      case Quorum.All(List<Quorum> parts) -> {
        Set<List<Approver>> soFar = Set.of(free);
        for (Quorum part : parts) {
          Set<List<Approver>> next = new java.util.HashSet<>();
          soFar.forEach(rest -> next.addAll(seat(part, rest)));
          soFar = next;
        }
        left.addAll(soFar);
      }
    }
    return left;
  }

  private static boolean has(Approver person, Quorum.Trait trait, String name) {
    return (trait == Quorum.Trait.ROLE ? person.roles() : person.teams()).contains(name);
  }

  @Provide
  Arbitrary<Quorum> quorums() {
    Arbitrary<Quorum> leaves =
        Combinators.combine(
                Arbitraries.integers().between(1, 2),
                Arbitraries.of(Quorum.Trait.class),
                Arbitraries.of(NAMES))
            .as(Quorum.People::new);
    Arbitrary<Quorum> pairs =
        Combinators.combine(leaves.list().ofMinSize(2).ofMaxSize(3), Arbitraries.of(true, false))
            .as((parts, all) -> all ? new Quorum.All(parts) : new Quorum.Any(parts));
    Arbitrary<Quorum> either = Arbitraries.oneOf(leaves, pairs);
    Arbitrary<Quorum> nested =
        Combinators.combine(either, either, Arbitraries.of(true, false))
            .as((one, other, all) ->
                all ? new Quorum.All(List.of(one, other)) : new Quorum.Any(List.of(one, other)));
    return Arbitraries.oneOf(leaves, pairs, nested);
  }

  @Provide
  Arbitrary<List<Approver>> people() {
    Arbitrary<Set<String>> some = Arbitraries.subsetOf(NAMES);
    return Combinators.combine(some, some)
        .as((roles, teams) -> List.of(roles, teams))
        .list()
        .ofMaxSize(5)
        .map(all ->
            IntStream.range(0, all.size())
                .mapToObj(i ->
                    new Approver(
                        Subject.operator("p" + i), all.get(i).get(0), all.get(i).get(1), Set.of()))
                .toList());
  }
}
