package org.thingward.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Problem;
import org.thingward.trust.Subject;

class OpenStreamsTest {
  private static final Subject ADA = Subject.operator("ada");
  private static final Subject BOB = Subject.operator("bob");

  private final OpenStreams streams = new OpenStreams();

  @Test
  void one_who_leaves_thousands_open_has_sixteen_and_others_have_theirs() {
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      try {
        streams.begin(ADA);
      } catch (Problem tooMany) {
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.detail()).contains("You have 16 streams of events open");
        refused++;
      }
    }
    assertThat(refused).isEqualTo(5_000 - 16);
    streams.begin(BOB).close();
  }

  @Test
  void one_that_ends_makes_room_for_one() {
    List<OpenStreams.Stream> open = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      open.add(streams.begin(ADA));
    }
    open.getFirst().close();
    open.add(streams.begin(ADA));
    assertThatThrownBy(() -> streams.begin(ADA)).isInstanceOf(Problem.class);
  }

  @Test
  void all_together_leave_half_of_the_listeners_connections_free() {
    for (int operator = 0; operator < 16; operator++) {
      for (int i = 0; i < 16; i++) {
        streams.begin(Subject.operator("operator-" + operator));
      }
    }
    assertThatThrownBy(() -> streams.begin(ADA))
        .hasMessageContaining("256 streams of events are open");
  }
}
