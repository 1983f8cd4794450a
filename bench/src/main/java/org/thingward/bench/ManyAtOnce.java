package org.thingward.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work done by many virtual threads at the same time: how much of it a second, and the processor
 * time that one takes of this process and of those that it started (the database). The second
 * depends less on what else the machine does.
 */
final class ManyAtOnce {
  private ManyAtOnce() {}

  /**
   * What came of it.
   *
   * @param perSecond how many a second
   * @param micros processor time of one, in microseconds
   * @param compiling the share of wall-clock time in which Java was still being compiled
   */
  record Pace(double perSecond, double micros, double compiling) {}

  /** Does all of it by so many threads; prints a line. */
  static <T> Pace of(String what, List<Callable<T>> work, int threads) throws Exception {
    var compiler = ManagementFactory.getCompilationMXBean();
    long compiledBefore = compiler.getTotalCompilationTime();
    // First, and last: to look at all processes takes this one some time too.
    Duration othersBefore = usedByOthers();
    Duration ownBefore = ChildJava.cpu(ProcessHandle.current());
    long began = System.nanoTime();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      for (Future<T> done : pool.invokeAll(work)) {
        done.get();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Duration own = ChildJava.cpu(ProcessHandle.current()).minus(ownBefore);
    Duration others = usedByOthers().minus(othersBefore);
    double micros = own.plus(others).toNanos() / 1e3 / work.size();
    double compiling = (compiler.getTotalCompilationTime() - compiledBefore) / 1e3 / seconds;
    Pace pace = new Pace(work.size() / seconds, micros, compiling);
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f/s (%d by %d threads), %.0f µs of processor time each (%.0f of them the database's), compiling %.0f %%%n",
        what,
        pace.perSecond(),
        work.size(),
        threads,
        micros,
        others.toNanos() / 1e3 / work.size(),
        100 * compiling);
    return pace;
  }

  /** Processor time of the processes that this one started, until now. */
  private static Duration usedByOthers() {
    return ProcessHandle.current()
        .descendants()
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
