package org.thingward.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.thingward.platform.Time;

/** Tells a person what has started and how long each part took. Safe for many threads. */
final class Progress {
  private final PrintStream out;
  private final Time time;
  private final List<String> parts = new ArrayList<>();

  Progress(PrintStream out, Time time) {
    this.out = out;
    this.time = time;
  }

  /** Starts one part, and notes the time it took. */
  <T> T part(String name, Supplier<T> start) {
    long began = time.nanos();
    T started = start.get();
    String took = String.format(Locale.ROOT, "%s %.1f s", name, (time.nanos() - began) / 1e9);
    synchronized (parts) {
      parts.add(took);
    }
    return started;
  }

  /** Prints the parts that have started, in one line. */
  void print() {
    synchronized (parts) {
      out.println("  starting            " + String.join(" · ", parts));
    }
  }
}
