package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thingward.inventory.TierHistory.Count;
import org.thingward.inventory.TierHistory.Span;
import org.thingward.trust.Tier;

class TierHistoryTest {
  private static final Instant BEGIN = Instant.parse("2026-11-23T10:00:30.000001Z");

  private record Change(String device, Instant at, Tier tier) {}

  private final TierHistory history = new TierHistory();

  @Test
  void a_device_counts_from_its_first_posture_on_and_in_the_tier_of_its_last() {
    history.became("a", BEGIN, Tier.WARNING, BEGIN);
    history.became("b", BEGIN.plusSeconds(120), Tier.NONE, BEGIN);
    history.became("a", BEGIN.plusSeconds(180), Tier.AFFIRMING, BEGIN);
    List<Count> counts =
        history.count(List.of("a", "b", "unheard"), Span.HOUR, BEGIN.plusSeconds(200));
    assertThat(counts.getLast().at()).isEqualTo(BEGIN.plusSeconds(200));
    List<String> told =
        counts.stream()
            .filter(count -> count == counts.getLast() || count.at().getEpochSecond() % 60 == 0)
            .skip(56)
            .map(count -> count.at().toString().substring(11, 19) + " " + count.devices())
            .toList();
    assertThat(told)
        .containsExactly(
            "10:00:00 {CONTRAINDICATED=0, NONE=0, WARNING=0, AFFIRMING=0}",
            "10:01:00 {CONTRAINDICATED=0, NONE=0, WARNING=1, AFFIRMING=0}",
            "10:02:00 {CONTRAINDICATED=0, NONE=0, WARNING=1, AFFIRMING=0}",
            "10:03:00 {CONTRAINDICATED=0, NONE=1, WARNING=1, AFFIRMING=0}",
            "10:03:50 {CONTRAINDICATED=0, NONE=1, WARNING=0, AFFIRMING=1}");
  }

  @ParameterizedTest
  @EnumSource(Span.class)
  void it_counts_as_who_kept_every_change_would_whatever_devices_do_and_in_which_order_it_is_told(
      Span span) {
    Random random = new Random(7);
    List<Change> changes = new ArrayList<>();
    for (String device : List.of("a", "b", "c")) {
      Instant at = BEGIN;
      while (at.isBefore(BEGIN.plus(Duration.ofDays(32)))) {
        changes.add(new Change(device, at, Tier.values()[random.nextInt(4)]));
        // Now and then many within a minute, then nothing for hours.
        at = at.plusSeconds(random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(90));
      }
    }
    Instant now = BEGIN.plus(Duration.ofDays(32));
    changes.forEach(change -> history.became(change.device(), change.at(), change.tier(), now));
    List<Change> again = new ArrayList<>(changes.subList(changes.size() - 40, changes.size()));
    Collections.shuffle(again, random);
    again.forEach(change -> history.became(change.device(), change.at(), change.tier(), now));
    for (Count count : history.count(List.of("a", "b", "c"), span, now)) {
      assertThat(count.devices()).as(count.at().toString()).isEqualTo(all(changes, count.at()));
    }
  }

  private static Map<Tier, Integer> all(List<Change> changes, Instant at) {
    Map<Tier, Integer> counted = new EnumMap<>(Tier.class);
    for (Tier tier : Tier.values()) {
      counted.put(tier, 0);
    }
    for (String device : List.of("a", "b", "c")) {
      changes.stream()
          .filter(change -> change.device().equals(device) && !change.at().isAfter(at))
          .reduce((former, later) -> later)
          .ifPresent(last -> counted.merge(last.tier(), 1, Integer::sum));
    }
    return counted;
  }

  @Test
  void of_a_device_that_never_rests_no_more_is_kept_than_a_count_shows() {
    Instant now = BEGIN;
    for (int i = 0; i < 200_000; i++) {
      now = BEGIN.plusSeconds(20L * i);
      history.became("a", now, i % 2 == 0 ? Tier.WARNING : Tier.AFFIRMING, now);
    }
    assertThat(history.kept("a")).isBetween(150, 457);
  }
}
