package org.thingward.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.thingward.platform.CeremonyRoute.From;
import org.thingward.platform.Place;
import org.thingward.platform.Time;

/** How much somebody who is not yet known may ask. */
class PacesTest {
  private static final int AT_ONCE = 100;

  private final Time still =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public long nanos() {
          return 0;
        }
      };
  private final Paces paces = new Paces(still);

  private static Place network(int number) {
    return Place.of(InetAddress.ofLiteral("10." + (number >> 8) + "." + (number & 0xFF) + ".1"));
  }

  private int admitted(From from, Place network, int times) {
    int admitted = 0;
    for (int i = 0; i < times; i++) {
      admitted += paces.admits(from, network) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void one_network_uses_up_what_is_its_own_and_pages_are_not_kept_out_by_programs() {
    assertThat(admitted(From.PROGRAM, network(1), 3 * AT_ONCE)).isEqualTo(AT_ONCE);
    assertThat(admitted(From.OWN_PAGE, network(1), 1)).isEqualTo(1);
    assertThat(admitted(From.PROGRAM, network(2), 1)).isEqualTo(1);
  }

  @Test
  void of_many_networks_the_one_that_asked_longest_ago_is_forgotten() {
    assertThat(admitted(From.PROGRAM, network(0), 2 * AT_ONCE)).isEqualTo(AT_ONCE);
    for (int other = 1; other < Paces.MOST; other++) {
      assertThat(admitted(From.PROGRAM, network(other), 1)).isEqualTo(1);
    }
    assertThat(admitted(From.PROGRAM, network(0), 1)).isZero();
    for (int other = Paces.MOST; other < 2 * Paces.MOST; other++) {
      assertThat(admitted(From.PROGRAM, network(other), 1)).isEqualTo(1);
    }
    assertThat(admitted(From.PROGRAM, network(0), 1)).isEqualTo(1);
  }
}
