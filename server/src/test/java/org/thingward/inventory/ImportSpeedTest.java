package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportSpeedTest {
  private static final int DEVICES = 10_000;

  /** A sink that takes as long as a durable write on a loaded machine. */
  private static final Duration DURABLE = Duration.ofMillis(4);

  @Test
  void ten_thousand_devices_are_imported_and_stated_within_a_minute() {
    try (TestInventory test = TestInventory.withProducts()) {
      test.sink.before(evidence -> LockSupport.parkNanos(DURABLE.toNanos()));
      String csv =
          "device,product,release,owner,region,lifecycle\n"
              + IntStream.range(0, DEVICES)
                  .mapToObj(i -> "device-" + i + ",meter-2,3.1.0,Owner " + i + ",Berlin,active\n")
                  .collect(Collectors.joining());
      long dry = timed("dry run", () -> test.importCsv("?dry-run=true", csv));
      long wet = timed("import and statements", () -> test.importCsv("", csv));
      long again = timed("import of the same", () -> test.importCsv("", csv));
      assertThat(test.sink.take()).hasSize(DEVICES);
      assertThat(dry + wet + again).isLessThan(60_000);
    }
  }

  private static long timed(String what, java.util.function.Supplier<TestInventory.Reply> work) {
    long start = System.nanoTime();
    assertThat(work.get().status()).isEqualTo(200);
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.printf("%d devices, %s: %d ms%n", DEVICES, what, millis);
    return millis;
  }
}
