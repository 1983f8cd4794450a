package org.thingward.posture;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.thingward.platform.Database;
import org.thingward.trust.Receipt;

/** Decisions in the database, to list them and to find those that a proof is wanted of. */
final class DecisionStore {
  /** A row to be written. */
  record Row(String subject, String verdict, Instant at, Receipt receipt, byte[] canonical) {}

  /** A row read, with its number, which orders. */
  record Listed(long number, Stored stored) {}

  private final Database database;
  private final JdbcTemplate batches;

  DecisionStore(Database database) {
    this.database = database;
    this.batches = new JdbcTemplate(database.dataSource());
  }

  void write(List<Row> rows) {
    batches.batchUpdate(
        "INSERT INTO posture.decision (subject, verdict, at, receipt, canonical)"
            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (receipt) DO NOTHING",
        rows.stream().map(DecisionStore::columns).toList());
  }

  private static Object[] columns(Row row) {
    return new Object[] {
      row.subject(),
      row.verdict(),
      row.at().atOffset(ZoneOffset.UTC),
      row.receipt().entry().bytes(),
      row.canonical()
    };
  }

  /** Decisions before {@code before}, newest first; an empty subject or verdict means any. */
  List<Listed> list(String subject, String verdict, long before, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT number, canonical, receipt FROM posture.decision WHERE number < :before"
                + " AND (:subject = '' OR subject = :subject)"
                + " AND (:verdict = '' OR verdict = :verdict)"
                + " ORDER BY number DESC LIMIT :limit")
        .param("before", before)
        .param("subject", subject)
        .param("verdict", verdict)
        .param("limit", limit)
        .query((row, n) -> new Listed(row.getLong(1), Stored.of(row.getBytes(2), row.getBytes(3))))
        .list();
  }

  Optional<Stored> find(Receipt receipt) {
    return database
        .jdbc()
        .sql("SELECT canonical, receipt FROM posture.decision WHERE receipt = :receipt")
        .param("receipt", receipt.entry().bytes())
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .optional();
  }
}
