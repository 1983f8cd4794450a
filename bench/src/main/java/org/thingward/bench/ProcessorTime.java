package org.thingward.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The processor time that each of several processes uses while something is measured. It tells who
 * holds a figure back, and depends less on what else the machine does than the figure.
 */
final class ProcessorTime {
  private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
  private final Map<String, Duration> before = new LinkedHashMap<>();

  /** Watches a process too. */
  ProcessorTime and(String name, ProcessHandle process) {
    processes.put(name, process);
    return this;
  }

  /** Begins to count. */
  void begin() {
    processes.forEach((name, process) -> before.put(name, ChildJava.cpu(process)));
  }

  /** What each used since it began for each of {@code operations}, in microseconds, as a text. */
  String each(double operations) {
    return processes.entrySet().stream()
        .map(entry -> {
          Duration used = ChildJava.cpu(entry.getValue()).minus(before.get(entry.getKey()));
          return "%s %.1f µs".formatted(entry.getKey(), used.toNanos() / 1e3 / operations);
        })
        .collect(Collectors.joining(", "));
  }
}
