package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private final OneAtATime<String> things = new OneAtATime<>();

  @Test
  void who_needs_one_that_is_taken_waits_for_it_and_who_needs_others_does_not() throws Exception {
    CountDownLatch both = new CountDownLatch(1);
    things.begin(List.of("a", "b"));
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting =
          others.submit(() -> {
            things.begin(List.of("b", "c"));
            both.countDown();
            things.end(List.of("b", "c"));
          });
      others.submit(() -> things.begin(List.of("d"))).get(10, TimeUnit.SECONDS);
      assertThat(both.getCount()).isEqualTo(1);
      things.end(List.of("a", "b"));
      waiting.get(10, TimeUnit.SECONDS);
    }
    things.begin(List.of("a", "b", "c"));
  }

  @Test
  void many_who_need_several_each_never_work_on_one_together_and_all_get_done() throws Exception {
    var at = new ConcurrentHashMap<Integer, AtomicInteger>();
    OneAtATime<Integer> numbers = new OneAtATime<>();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2_000; i++) {
        List<Integer> wanted = List.of(i % 7, 7 + i % 5, 12 + i % 3);
        all.add(
            pool.submit(() -> {
              numbers.begin(wanted);
              for (int one : wanted) {
                assertThat(at.computeIfAbsent(one, it -> new AtomicInteger()).incrementAndGet())
                    .isEqualTo(1);
              }
              Thread.yield();
              wanted.forEach(one -> at.get(one).decrementAndGet());
              numbers.end(wanted);
            }));
      }
      for (Future<?> one : all) {
        one.get(20, TimeUnit.SECONDS);
      }
    }
  }
}
