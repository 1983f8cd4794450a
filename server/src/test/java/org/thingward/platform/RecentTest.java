package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTest {
  private final Recent<String, Integer> recent = new Recent<>(2);

  @Test
  void who_was_not_asked_for_longest_is_forgotten_first() {
    recent.keep("a", 1);
    recent.keep("b", 2);
    assertThat(recent.find("a")).contains(1);
    recent.keep("c", 3);
    assertThat(recent.find("b")).isEmpty();
    assertThat(recent.find("a")).contains(1);
    assertThat(recent.find("c")).contains(3);
  }

  @Test
  void what_is_found_again_takes_the_place_of_what_was_found_before() {
    recent.keep("a", 1);
    recent.keep("a", 2);
    assertThat(recent.find("a")).contains(2);
  }
}
