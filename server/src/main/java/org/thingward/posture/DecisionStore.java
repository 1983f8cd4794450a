package org.thingward.posture;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.thingward.platform.Database;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Decisions in the database, to list them and to find those that a proof is wanted of. */
final class DecisionStore {
  /** A row to be written. */
  record Row(
      String subject,
      String verdict,
      Instant at,
      Receipt receipt,
      byte[] alike,
      byte[] canonical) {}

  /** A row read, with its number, which orders. */
  record Listed(long number, Subject subject, Stored stored) {}

  private final Database database;

  DecisionStore(Database database) {
    this.database = database;
  }

  /** One statement whatever the number of rows: the database plans it once. */
  void write(List<Row> rows) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO posture.decision (subject, verdict, at, receipt, alike, canonical)
            SELECT * FROM unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS timestamptz[]),
              CAST(? AS bytea[]), CAST(? AS bytea[]), CAST(? AS bytea[])) ON CONFLICT (receipt) DO NOTHING\
            """)
        .params(
            rows.stream().map(Row::subject).toArray(String[]::new),
            rows.stream().map(Row::verdict).toArray(String[]::new),
            rows.stream().map(row -> row.at().toString()).toArray(String[]::new),
            rows.stream().map(row -> row.receipt().entry().bytes()).toArray(byte[][]::new),
            rows.stream().map(Row::alike).toArray(byte[][]::new),
            rows.stream().map(Row::canonical).toArray(byte[][]::new))
        .update();
  }

  /** Decisions before {@code before}, newest first; an empty subject or verdict means any. */
  List<Listed> list(String subject, String verdict, long before, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT number, subject, canonical, receipt FROM posture.decision WHERE number < :before"
                + " AND (:subject = '' OR subject = :subject)"
                + " AND (:verdict = '' OR verdict = :verdict)"
                + " ORDER BY number DESC LIMIT :limit")
        .param("before", before)
        .param("subject", subject)
        .param("verdict", verdict)
        .param("limit", limit)
        .query((row, n) -> listed(row))
        .list();
  }

  /** Decisions behind the one of this number, oldest first. */
  List<Listed> after(long number, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT number, subject, canonical, receipt FROM posture.decision"
                + " WHERE number > :number ORDER BY number LIMIT :limit")
        .param("number", number)
        .param("limit", limit)
        .query((row, n) -> listed(row))
        .list();
  }

  /** The number of the decision with this receipt. */
  OptionalLong number(Receipt receipt) {
    return database
        .jdbc()
        .sql("SELECT number FROM posture.decision WHERE receipt = :receipt")
        .param("receipt", receipt.entry().bytes())
        .query((row, n) -> OptionalLong.of(row.getLong(1)))
        .optional()
        .orElse(OptionalLong.empty());
  }

  private static Listed listed(ResultSet row) throws SQLException {
    return new Listed(
        row.getLong(1),
        Subject.parse(row.getString(2)),
        Stored.of(row.getBytes(3), row.getBytes(4)));
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
