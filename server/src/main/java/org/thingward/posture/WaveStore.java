package org.thingward.posture;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Database;
import org.thingward.trust.Receipt;

/**
 * Waves in the database, to list them and to know at start which were open; what counts is their
 * entries in the ledger. Whoever puts one waits for no database: it is written soon after.
 */
final class WaveStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WaveStore.class);
  private static final long PAUSE_MILLIS = 500;

  /** A wave as it was last put, and its entry in the ledger. */
  record Listed(Wave wave, Receipt receipt) {}

  private final Database database;
  private final Map<String, Listed> waiting = new ConcurrentHashMap<>();
  private final Thread writer;
  private volatile boolean closed;

  WaveStore(Database database) {
    this.database = database;
    this.writer = Thread.ofVirtual().name("waves").start(this::run);
  }

  void put(Wave wave, Receipt receipt) {
    waiting.put(wave.id(), new Listed(wave, receipt));
  }

  Optional<Listed> find(String id) {
    return Optional.ofNullable(waiting.get(id))
        .or(() -> read("WHERE id = :key", id, 1).stream().findFirst());
  }

  /** Those that were open when they were last put. */
  List<Wave> open() {
    return read("WHERE open AND :key = ''", "", Integer.MAX_VALUE).stream()
        .map(Listed::wave)
        .toList();
  }

  /** The newest first. */
  List<Listed> list(int limit) {
    List<Listed> all = new ArrayList<>(waiting.values());
    for (Listed one : read("WHERE :key = ''", "", limit)) {
      if (all.stream().noneMatch(newer -> newer.wave().id().equals(one.wave().id()))) {
        all.add(one);
      }
    }
    all.sort((one, other) -> other.wave().began().compareTo(one.wave().began()));
    return all.subList(0, Math.min(limit, all.size()));
  }

  private List<Listed> read(String which, String key, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT canonical, receipt FROM posture.wave "
                + which
                + " ORDER BY began DESC LIMIT :limit")
        .param("key", key)
        .param("limit", limit)
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .list()
        .stream()
        .map(stored -> new Listed(Wave.read(stored.canonical()), stored.receipt()))
        .toList();
  }

  private void run() {
    while (!closed || !waiting.isEmpty()) {
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS / 10);
        waiting.values().forEach(this::write);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("The list of waves waits for the database: {}", e.getMessage());
      }
    }
  }

  private void write(Listed one) {
    int unused =
        database
            .jdbc()
            .sql(
                "INSERT INTO posture.wave (id, began, open, canonical, receipt)"
                    + " VALUES (:id, :began, :open, :canonical, :receipt)"
                    + " ON CONFLICT (id) DO UPDATE SET open = excluded.open,"
                    + " canonical = excluded.canonical, receipt = excluded.receipt")
            .param("id", one.wave().id())
            .param("began", one.wave().began().atOffset(ZoneOffset.UTC))
            .param("open", one.wave().isOpen())
            .param("canonical", one.wave().canonical())
            .param("receipt", one.receipt().entry().bytes())
            .update();
    waiting.remove(one.wave().id(), one);
  }

  /** Whether all are written. For tests. */
  boolean isWritten() {
    return waiting.isEmpty();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    writer.join(5_000);
  }
}
