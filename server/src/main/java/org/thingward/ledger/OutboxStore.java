package org.thingward.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.thingward.platform.Database;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;

/** The outbox in PostgreSQL. */
final class OutboxStore implements Outbox {
  /** One log an installation, hence one number a database; the letters of "thingwrd". */
  private static final long ADVISORY_LOCK = 0x7468_696e_6777_7264L;

  private final Database database;
  private Optional<Connection> claim = Optional.empty();

  /** An outbox in {@code database}, whose schema {@code ledger} is up to date. */
  OutboxStore(Database database) {
    this.database = database;
  }

  @Override
  public void claim() {
    try {
      Connection connection = database.dataSource().getConnection();
      if (!tryLock(connection)) {
        connection.close();
        throw new LedgerInUse(
            "this database's ledger is written by another process. Stop that one first.");
      }
      claim = Optional.of(connection);
    } catch (SQLException e) {
      throw new LedgerUnavailable("the database does not answer: " + e.getMessage(), e);
    }
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      lock.setLong(1, ADVISORY_LOCK);
      try (ResultSet answer = lock.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }

  @Override
  public void add(Entry entry, Listener listener) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("appending with a transaction needs one around it");
    }
    if (TransactionSynchronizationManager.getResource(this) instanceof OfTransaction open) {
      open.entries.add(entry);
      return;
    }
    OfTransaction first = new OfTransaction(listener);
    first.entries.add(entry);
    TransactionSynchronizationManager.bindResource(this, first);
    TransactionSynchronizationManager.registerSynchronization(first);
  }

  /** What one transaction adds: written by one statement, just before it commits. */
  private final class OfTransaction implements TransactionSynchronization {
    private final List<Entry> entries = new ArrayList<>();
    private final Listener listener;
    private List<Waiting> inserted = List.of();

    OfTransaction(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      inserted = insert(entries);
    }

    @Override
    public void beforeCompletion() {
      TransactionSynchronizationManager.unbindResource(OutboxStore.this);
    }

    @Override
    public void afterCompletion(int status) {
      switch (status) {
        case STATUS_COMMITTED -> listener.committed(inserted);
        case STATUS_ROLLED_BACK -> {
          // As if nothing had been added.
        }
        default -> listener.unknown();
      }
    }
  }

  private List<Waiting> insert(List<Entry> entries) {
    List<Long> ids =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO ledger.outbox (type, subject, micros, entry_key, content)
                SELECT * FROM unnest(CAST(? AS smallint[]), CAST(? AS text[]), CAST(? AS bigint[]),
                  CAST(? AS bytea[]), CAST(? AS bytea[]))
                RETURNING id
                """)
            .params(
                entries.stream().map(entry -> (short) entry.type().code()).toArray(Short[]::new),
                entries.stream().map(entry -> entry.subject().toString()).toArray(String[]::new),
                entries.stream().map(entry -> Leaf.micros(entry.time())).toArray(Long[]::new),
                entries.stream().map(entry -> entry.key().bytes()).toArray(byte[][]::new),
                entries.stream().map(Entry::content).toArray(byte[][]::new))
            .query((row, number) -> row.getLong(1))
            .list();
    // Which row is whose does not matter: they are carried over together, and removed together.
    return IntStream.range(0, ids.size())
        .mapToObj(i -> new Waiting(ids.get(i), entries.get(i)))
        .toList();
  }

  @Override
  public List<Waiting> oldest(int limit) {
    return database
        .jdbc()
        .sql(
            """
            SELECT id, type, subject, micros, entry_key, content
            FROM ledger.outbox ORDER BY id LIMIT ?
            """)
        .param(limit)
        .query((row, number) -> waiting(row))
        .list();
  }

  private static Waiting waiting(ResultSet row) throws SQLException {
    return new Waiting(
        row.getLong("id"),
        Entry.of(
            EntryType.ofCode(row.getInt("type")),
            Subject.parse(row.getString("subject")),
            Leaf.instant(row.getLong("micros")),
            EntryKey.of(row.getBytes("entry_key")),
            row.getBytes("content")));
  }

  @Override
  public void remove(List<Waiting> entries) {
    Long[] ids = entries.stream().map(Waiting::id).toArray(Long[]::new);
    // Which of them are in the log is asked before they are appended: one that comes back is only
    // removed again.
    database.inTransactionSoonDurable(() ->
        database.jdbc().sql("DELETE FROM ledger.outbox WHERE id = ANY(?)").param(ids).update());
  }

  @Override
  public void close() {
    if (claim.isEmpty()) {
      return;
    }
    // Given back before the session is, so that the next process does not meet a lock still held.
    try (Connection connection = claim.get();
        PreparedStatement unlock = connection.prepareStatement("SELECT pg_advisory_unlock(?)")) {
      unlock.setLong(1, ADVISORY_LOCK);
      unlock.execute();
    } catch (SQLException e) {
      throw new LedgerUnavailable("the claim on the ledger cannot be given back", e);
    }
  }
}
