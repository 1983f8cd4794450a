package org.thingward.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
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

  /** Ends to count; what each used for each of {@code operations}. */
  Used end(double operations) {
    Map<String, Double> micros = new LinkedHashMap<>();
    processes.forEach((name, process) -> {
      long nanos = ChildJava.cpu(process).minus(before.getOrDefault(name, Duration.ZERO)).toNanos();
      micros.put(name, nanos / 1e3 / operations);
    });
    return new Used(micros);
  }

  /** Microseconds of processor time for one operation, by process. */
  record Used(Map<String, Double> micros) {
    double all() {
      return micros.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    @Override
    public String toString() {
      return micros.entrySet().stream()
          .map(entry -> String.format(Locale.ROOT, "%s %.1f µs", entry.getKey(), entry.getValue()))
          .collect(Collectors.joining(", "));
    }
  }
}
