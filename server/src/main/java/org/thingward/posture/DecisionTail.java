package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.thingward.ledger.Ledger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;

/**
 * Decisions as they are made, as server-sent events. Each event's id is the decision's receipt: a
 * reader whose connection broke says the last one it has (Last-Event-ID), and gets first what came
 * meanwhile. Where that cannot be told, or is too much, an event {@code gap} says so; and likewise
 * to a reader who falls behind.
 */
final class DecisionTail {
  private static final int BEHIND = 1_000;
  private static final int AT_ONCE = 250;
  // Milliseconds from one write to the next: a person sees no less, and a write costs as much as
  // what is in it.
  private static final int BREATH = 20;
  // Seconds: that a reader is gone shows only when something is written.
  private static final int SILENT = 2;
  private static final int MOST_MISSED = 1_000;
  private static final int PLACED_WITHIN = 1_000; // milliseconds; the log's storage fails if longer
  private static final int LISTED_WITHIN = 2_000; // milliseconds
  private static final String GAP = "event: gap\ndata: {}\n\n";

  private final DecisionStore store;
  private final DecisionLog log;
  private final Ledger ledger;

  DecisionTail(DecisionStore store, DecisionLog log, Ledger ledger) {
    this.store = store;
    this.log = log;
    this.ledger = ledger;
  }

  OperatorResponse answer(OperatorRequest request) {
    return new OperatorResponse(
        200,
        Map.of("content-type", "text/event-stream", "cache-control", "no-store"),
        out -> stream(request, out));
  }

  /** What one reader is still to get. */
  private record Reader(
      OperatorRequest request, BlockingQueue<RecordedDecision> queue, AtomicBoolean behind) {
    void hear(RecordedDecision next) {
      if (request.sees(next.decision().request().subject()) && !queue.offer(next)) {
        behind.set(true);
      }
    }

    /** This one, and those that have come since, oldest first: they go out at once. */
    List<RecordedDecision> andWaiting(RecordedDecision next) {
      List<RecordedDecision> all = new ArrayList<>(List.of(next));
      queue.drainTo(all, AT_ONCE - 1);
      return all;
    }
  }

  private void stream(OperatorRequest request, OutputStream out) throws IOException {
    Reader reader = new Reader(request, new ArrayBlockingQueue<>(BEHIND), new AtomicBoolean(false));
    try (AutoCloseable following = log.follow(reader::hear)) {
      write(out, ": following\n\n");
      Set<Receipt> told = resume(request, out);
      while (true) {
        RecordedDecision next = reader.queue().poll(SILENT, TimeUnit.SECONDS);
        if (reader.behind().getAndSet(false)) {
          write(out, GAP);
        }
        write(out, next == null ? ": waiting\n\n" : events(reader.andWaiting(next), told));
        Thread.sleep(BREATH);
      }
    } catch (IOException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Tells what was decided after the last event that the reader has, and returns what it was. */
  private Set<Receipt> resume(OperatorRequest request, OutputStream out) throws IOException {
    String last = request.headers().getOrDefault("last-event-id", "");
    Set<Receipt> told = new HashSet<>();
    if (last.isEmpty()) {
      return told;
    }
    OptionalLong from = isListed() ? number(last) : OptionalLong.empty();
    List<DecisionStore.Listed> missed =
        from.isPresent() ? store.after(from.getAsLong(), MOST_MISSED + 1) : List.of();
    if (from.isEmpty() || missed.size() > MOST_MISSED) {
      write(out, GAP);
      return told;
    }
    for (DecisionStore.Listed row : missed) {
      if (request.sees(row.subject())) {
        Receipt receipt = row.stored().receipt();
        write(out, event(row.stored().canonical(), receipt));
        told.add(receipt);
      }
    }
    return told;
  }

  private OptionalLong number(String receipt) {
    try {
      return store.number(new Receipt(Digest.parse(receipt)));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether the list has all that was decided until now: it is written a moment later. */
  private boolean isListed() {
    long until = log.added();
    for (int tries = 0; log.written() < until && tries < LISTED_WITHIN; tries++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return log.written() >= until;
  }

  private String events(List<RecordedDecision> decisions, Set<Receipt> told) {
    StringBuilder events = new StringBuilder();
    for (RecordedDecision decision : decisions) {
      if (!told.remove(decision.receipt())) {
        events.append(event(decision));
      }
    }
    return events.toString();
  }

  private String event(RecordedDecision recorded) {
    return event(recorded.decision().canonical(), recorded.receipt());
  }

  private String event(byte[] canonical, Receipt receipt) {
    String item = Page.item(canonical, receipt, placed(receipt));
    return "event: decision\nid: " + receipt.entry() + "\ndata: " + item + "\n\n";
  }

  private static void write(OutputStream out, String events) throws IOException {
    out.write(events.getBytes(UTF_8));
    out.flush();
  }

  /** Its place in the ledger: a denial acts before it has one, and gets it a moment later. */
  private OptionalLong placed(Receipt receipt) {
    OptionalLong index = ledger.index(receipt);
    for (int tries = 0; index.isEmpty() && tries < PLACED_WITHIN; tries++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      index = ledger.index(receipt);
    }
    return index;
  }
}
