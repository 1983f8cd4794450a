package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many sessions for a while, with postures that change all the time. Ten seconds of it; with {@code
 * -Dthingward.long=true} five thousand idle and two hundred busy sessions for three minutes, which
 * takes 16,000 file descriptors.
 */
class SoakTest {
  private static final boolean LONG = Boolean.getBoolean("thingward.long");
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void nothing_is_lost_overheard_forgotten_or_kept_while_postures_change() {
    try (Mosquitto broker = Mosquitto.start(folder);
        House house = new House(broker.upstream());
        Soak soak = new Soak(house, LONG ? 5_000 : 100, LONG ? 200 : 20, LONG ? 20 : 4)) {
      Soak.Result result = soak.run(LONG ? Duration.ofMinutes(3) : Duration.ofSeconds(10));
      System.out.println(result);
      assertThat(result.faults()).isEmpty();
      assertThat(result.published()).as("messages").isGreaterThan(LONG ? 50_000 : 500);
      assertThat(result.cuts()).as("cuts").isGreaterThan(LONG ? 1_000 : 20);
      assertThat(result.withheld()).as("messages withheld").isGreaterThan(LONG ? 500 : 10);
      assertThat(result.heap().growth())
          .as("growth of the heap: %s", result.heap())
          .isLessThan(LONG ? 24 * MEGABYTE : 8 * MEGABYTE);
    }
  }
}
