package org.thingward.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The most memory that a process ever had resident, as Linux counts it (VmHWM in proc(5)). */
final class PeakMemory {
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  /** That of a process that lives, in megabytes (2^20 bytes). */
  static double of(ProcessHandle process) {
    try {
      List<String> status = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
      String line = status.stream().filter(each -> each.startsWith(PEAK)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    } catch (IOException e) {
      throw new IllegalStateException("the memory of a process cannot be read", e);
    }
  }

  /** Prints that of this process, load and all. */
  static void print() {
    System.out.printf(
        Locale.ROOT,
        "peak memory of this process, load and all: %,.0f MB%n",
        of(ProcessHandle.current()));
  }
}
