package org.thingward.verify.approval;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The places that a quorum's demands ask to be filled by different people: a matching between
 * places and people, found by augmenting paths (Kuhn, Hungarian method for bipartite graphs).
 */
final class Seats {
  private static final int EMPTY = -1;

  private final List<Quorum.People> seats;

  /** One seat for each person that a demand asks for. */
  Seats(List<Quorum.People> demands) {
    this.seats =
        demands.stream()
            .flatMap(demand -> Stream.generate(() -> demand).limit(demand.count()))
            .toList();
  }

  boolean areFilledBy(List<Person> people) {
    if (people.size() < seats.size()) {
      return false;
    }
    int[] seatOf = new int[people.size()];
    Arrays.fill(seatOf, EMPTY);
    return IntStream.range(0, seats.size())
        .allMatch(seat -> fill(seat, people, seatOf, new BitSet()));
  }

  /** Seats somebody there; whoever gave up another seat for it is replaced. */
  private boolean fill(int seat, List<Person> people, int[] seatOf, BitSet asked) {
    for (int person = 0; person < seatOf.length; person++) {
      if (asked.get(person) || !seats.get(seat).takes(people.get(person))) {
        continue;
      }
      asked.set(person);
      if (seatOf[person] == EMPTY || fill(seatOf[person], people, seatOf, asked)) {
        seatOf[person] = seat;
        return true;
      }
    }
    return false;
  }
}
