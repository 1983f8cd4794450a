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
import org.thingward.trust.Permission;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;

/** What operators see of decisions: a list, and a stream of those to come. */
final class DecisionRoutes {
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
        new OperatorRoute("GET", "/decisions", Permission.VIEW, "decision.list", 0, this::list),
        new OperatorRoute(
            "GET", "/decisions/events", Permission.VIEW, "decision.tail", 0, this::tail));
  }

  private OperatorResponse list(OperatorRequest request) {
    Map<String, String> query = request.query();
    int limit = Page.limit(query);
    List<DecisionStore.Listed> rows =
        store.list(
            query.getOrDefault("subject", ""),
            query.getOrDefault("verdict", ""),
            Page.number(query, "cursor", Long.MAX_VALUE),
            limit);
    List<String> items = new ArrayList<>();
    for (DecisionStore.Listed row : rows) {
      Stored stored = row.stored();
      items.add(Page.item(stored.canonical(), stored.receipt(), ledger.index(stored.receipt())));
    }
    String next = rows.size() < limit ? "" : Long.toString(rows.getLast().number());
    return Page.of(items, next);
  }

  private OperatorResponse tail(OperatorRequest request) {
    return new OperatorResponse(
        200,
        Map.of("content-type", "text/event-stream", "cache-control", "no-store"),
        this::stream);
  }

  /** Writes decisions as they come, until the reader leaves. One who falls behind misses some. */
  private void stream(OutputStream out) throws IOException {
    BlockingQueue<RecordedDecision> queue = new ArrayBlockingQueue<>(BEHIND);
    try (AutoCloseable following = log.follow(queue::offer)) {
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
