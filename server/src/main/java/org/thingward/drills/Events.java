package org.thingward.drills;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.thingward.platform.OperatorResponse;
import org.thingward.trust.CanonicalJson;

/**
 * Server-sent events: to who looks on, that something changed, and to a runner, what it is to do. A
 * reader who falls behind misses a change, and asks anyway.
 */
final class Events {
  private static final int BEHIND = 100;

  private final Set<BlockingQueue<String>> readers = ConcurrentHashMap.newKeySet();

  /** Tells everyone who looks on. */
  void changed(String run) {
    readers.forEach(reader -> reader.offer(run));
  }

  /** Changes from now on. */
  OperatorResponse changes() {
    return stream(out -> {
      BlockingQueue<String> reader = new ArrayBlockingQueue<>(BEHIND);
      readers.add(reader);
      try {
        write(out, ": following\n\n");
        while (true) {
          String run = reader.poll(Runners.BREATH.toMillis(), TimeUnit.MILLISECONDS);
          write(out, run == null ? ": waiting\n\n" : event("drills", Map.of("run", run)));
        }
      } finally {
        readers.remove(reader);
      }
    });
  }

  /** What this runner is to do, for as long as it listens. */
  OperatorResponse work(Runners runners, Runner runner) {
    return stream(out -> {
      try (Runners.Listening here = runners.listen(runner)) {
        changed("");
        write(out, ": listening\n\n");
        while (true) {
          Optional<Wish> next = runners.next(runner, Runners.BREATH);
          write(out, next.map(Events::wanted).orElse(": waiting\n\n"));
        }
      } finally {
        changed("");
      }
    });
  }

  private static String wanted(Wish wish) {
    return event(
        "run",
        Map.of(
            "run",
            wish.run().toString(),
            "drills",
            wish.plans().stream().map(Plan::drill).toList()));
  }

  private static String event(String name, Map<String, ?> data) {
    return "event: %s\ndata: %s\n\n".formatted(name, new String(CanonicalJson.encode(data), UTF_8));
  }

  /** Writes until the reader is gone. */
  @FunctionalInterface
  private interface Stream {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  private static OperatorResponse stream(Stream stream) {
    return new OperatorResponse(
        200,
        Map.of("content-type", "text/event-stream", "cache-control", "no-store"),
        out -> {
          try {
            stream.writeTo(out);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
          }
        });
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
