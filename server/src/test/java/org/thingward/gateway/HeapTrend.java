package org.thingward.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is left of the heap after each collection, over time. On one thread only. */
final class HeapTrend {
  private final long start = System.nanoTime();
  private final List<Double> seconds = new ArrayList<>();
  private final List<Long> bytes = new ArrayList<>();

  /** Collects, and notes what is left. */
  void sample() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    seconds.add((System.nanoTime() - start) / 1e9);
    bytes.add(runtime.totalMemory() - runtime.freeMemory());
  }

  /** How much more the last third's median is than the first third's, in bytes. */
  long growth() {
    int third = bytes.size() / 3;
    return median(bytes.subList(bytes.size() - third, bytes.size()))
        - median(bytes.subList(0, third));
  }

  /** The slope of the least-squares line, in bytes a second. */
  double slope() {
    double meanX = seconds.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double meanY = bytes.stream().mapToLong(Long::longValue).average().orElse(0);
    double above = 0;
    double below = 0;
    for (int i = 0; i < bytes.size(); i++) {
      above += (seconds.get(i) - meanX) * (bytes.get(i) - meanY);
      below += (seconds.get(i) - meanX) * (seconds.get(i) - meanX);
    }
    return below == 0 ? 0 : above / below;
  }

  private static long median(List<Long> values) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  @Override
  public String toString() {
    return "%.1f MB after a collection, median of %d; slope %+.1f KB/s; growth %+.1f MB"
        .formatted(median(bytes) / 1e6, bytes.size(), slope() / 1e3, growth() / 1e6);
  }
}
