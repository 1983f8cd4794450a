package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.thingward.ledger.Ledger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;

/** What operators see of decisions: a list, and a stream of those to come. */
final class DecisionRoutes {
  // Of a scope that hides most, a page may be short: its cursor goes on.
  private static final int LOOKED_AT_ONCE = 500;
  private static final int MOST_LOOKED_AT = 20_000;
  private static final int BEHIND = 1_000;
  private static final int PLACED_WITHIN = 1_000; // milliseconds; the log's storage fails if longer

  private final DecisionStore store;
  private final DecisionLog log;
  private final Ledger ledger;

  DecisionRoutes(DecisionStore store, DecisionLog log, Ledger ledger) {
    this.store = store;
    this.log = log;
    this.ledger = ledger;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/decisions", Permission.VIEW, Reach.FILTERED, "decision.list", 0, this::list),
        new OperatorRoute(
            "GET",
            "/decisions/events",
            Permission.VIEW,
            Reach.FILTERED,
            "decision.tail",
            0,
            this::tail));
  }

  private OperatorResponse list(OperatorRequest request) {
    Map<String, String> query = request.query();
    int limit = Page.limit(query);
    int atOnce = request.scope().isEverywhere() ? limit : LOOKED_AT_ONCE;
    long before = Page.number(query, "cursor", Long.MAX_VALUE);
    List<String> items = new ArrayList<>();
    for (int looked = 0; looked < MOST_LOOKED_AT; looked += atOnce) {
      List<DecisionStore.Listed> rows =
          store.list(
              query.getOrDefault("subject", ""), query.getOrDefault("verdict", ""), before, atOnce);
      for (DecisionStore.Listed row : rows) {
        before = row.number();
        if (request.sees(row.subject())) {
          items.add(item(row.stored()));
        }
        if (items.size() == limit) {
          return Page.of(items, Long.toString(before));
        }
      }
      if (rows.size() < atOnce) {
        return Page.of(items, "");
      }
    }
    return Page.of(items, Long.toString(before));
  }

  private String item(Stored stored) {
    return Page.item(stored.canonical(), stored.receipt(), ledger.index(stored.receipt()));
  }

  private OperatorResponse tail(OperatorRequest request) {
    return new OperatorResponse(
        200,
        Map.of("content-type", "text/event-stream", "cache-control", "no-store"),
        out -> stream(request, out));
  }

  /** Writes decisions as they come, until the reader leaves. One who falls behind misses some. */
  private void stream(OperatorRequest request, OutputStream out) throws IOException {
    BlockingQueue<RecordedDecision> queue = new ArrayBlockingQueue<>(BEHIND);
    try (AutoCloseable following = log.follow(next -> offer(next, request, queue))) {
      while (true) {
        RecordedDecision next = queue.poll(10, TimeUnit.SECONDS);
        out.write((next == null ? ": waiting\n\n" : event(next)).getBytes(UTF_8));
        out.flush();
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

  private static void offer(
      RecordedDecision next, OperatorRequest request, BlockingQueue<RecordedDecision> queue) {
    if (request.sees(next.decision().request().subject())) {
      var unused = queue.offer(next);
    }
  }

  private String event(RecordedDecision recorded) {
    byte[] canonical = recorded.decision().canonical();
    String item = Page.item(canonical, recorded.receipt(), placed(recorded.receipt()));
    return "event: decision\ndata: " + item + "\n\n";
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
