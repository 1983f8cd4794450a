package org.thingward.posture;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** What the database holds when the server starts, before any of it is believed (rule L4). */
final class ReloadStore {
  /**
   * A row of evidence as it stands in the table, whoever wrote it.
   *
   * @param id its primary key
   * @param subject the text of its column
   */
  record Row(byte[] id, String subject, Stored stored) {}

  private final Database database;
  private final JdbcTemplate batches;

  ReloadStore(Database database) {
    this.database = database;
    this.batches = new JdbcTemplate(database.dataSource());
  }

  void forEachCounting(Consumer<Row> each) {
    database
        .jdbc()
        .sql("SELECT id, subject, canonical, receipt FROM posture.evidence WHERE counts")
        .query(row -> {
          each.accept(row(row.getBytes(1), row.getString(2), row.getBytes(3), row.getBytes(4)));
        });
  }

  /** The rows with these ids that do not count. */
  List<Row> retired(Collection<Digest> ids) {
    return database
        .jdbc()
        .sql(
            "SELECT id, subject, canonical, receipt FROM posture.evidence"
                + " WHERE id = ANY(?) AND NOT counts AND disbelieved IS NULL")
        .param(ids.stream().map(Digest::bytes).toArray(byte[][]::new))
        .query((row, n) -> row(row.getBytes(1), row.getString(2), row.getBytes(3), row.getBytes(4)))
        .list();
  }

  private static Row row(byte[] id, String subject, byte[] canonical, byte[] receipt) {
    return new Row(id, subject, Stored.of(canonical, receipt));
  }

  /** The receipts of evidence that is kept for proofs only. */
  void forEachRetiredReceipt(Consumer<Receipt> each) {
    receipts("SELECT receipt FROM posture.evidence WHERE NOT counts AND disbelieved IS NULL", each);
  }

  void forEachPostureReceipt(Consumer<Receipt> each) {
    receipts("SELECT receipt FROM posture.posture", each);
  }

  private void receipts(String query, Consumer<Receipt> each) {
    database
        .jdbc()
        .sql(query)
        .query(row -> {
          each.accept(new Receipt(Digest.wrap(row.getBytes(1))));
        });
  }

  /** Marks rows, each with whom it is about, as never to count again. */
  void disbelieve(Map<Row, Subject> rows, Instant now) {
    List<Object[]> each = new ArrayList<>();
    rows.forEach((row, about) ->
        each.add(new Object[] {now.atOffset(ZoneOffset.UTC), about.toString(), row.id()}));
    batches.batchUpdate(
        "UPDATE posture.evidence SET counts = false, disbelieved = ?, subject = ? WHERE id = ?",
        each);
  }

  /**
   * Marks evidence that is not there, each with who was judged by it: a row that says just that.
   */
  void disbelieveLost(Map<Digest, Subject> evidence, Instant now) {
    List<Object[]> each = new ArrayList<>();
    evidence.forEach((id, subject) ->
        each.add(new Object[] {id.bytes(), subject.toString(), now.atOffset(ZoneOffset.UTC)}));
    batches.batchUpdate(
        """
        INSERT INTO posture.evidence
          (id, subject, kind, source, received, counts, receipt, canonical, disbelieved)
        SELECT id, subject, 'lost', 'lost', at, false, '', '', at
          FROM (SELECT ?::bytea AS id, ? AS subject, ?::timestamptz AS at)
        ON CONFLICT (id) DO UPDATE SET counts = false, subject = excluded.subject,
          disbelieved = excluded.disbelieved
        """,
        each);
  }

  /** About whom rows were found that are not believed, and when last. */
  Map<Subject, Instant> disbelieved() {
    Map<Subject, Instant> found = new HashMap<>();
    database
        .jdbc()
        .sql(
            "SELECT subject, max(disbelieved) FROM posture.evidence"
                + " WHERE disbelieved IS NOT NULL GROUP BY subject")
        .query(row -> {
          found.put(
              Subject.parse(row.getString(1)), row.getObject(2, OffsetDateTime.class).toInstant());
        });
    return found;
  }

  /** Puts evidence of the log back, over whatever stands in its place. */
  void putBackEvidence(Evidence evidence, Stored stored) {
    int unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO posture.evidence
                  (id, subject, kind, source, received, receipt, canonical)
                VALUES (:id, :subject, :kind, :source, :received, :receipt, :canonical)
                ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, kind = excluded.kind,
                  source = excluded.source, received = excluded.received, counts = true,
                  receipt = excluded.receipt, canonical = excluded.canonical, disbelieved = NULL
                """)
            .param("id", Digest.of(stored.canonical()).bytes())
            .param("subject", evidence.subject().toString())
            .param("kind", evidence.kind())
            .param("source", evidence.source())
            .param("received", evidence.received().atOffset(ZoneOffset.UTC))
            .param("receipt", stored.receipt().entry().bytes())
            .param("canonical", stored.canonical())
            .update();
  }

  /** Puts a posture of the log back. */
  void putBackPosture(Posture posture, Stored stored) {
    int unused =
        database
            .jdbc()
            .sql(
                "INSERT INTO posture.posture (id, subject, tier, at, receipt, canonical)"
                    + " VALUES (:id, :subject, :tier, :at, :receipt, :canonical)")
            .param("id", Digest.of(stored.canonical()).bytes())
            .param("subject", posture.subject().toString())
            .param("tier", posture.tier().value())
            .param("at", posture.at().atOffset(ZoneOffset.UTC))
            .param("receipt", stored.receipt().entry().bytes())
            .param("canonical", stored.canonical())
            .update();
  }
}
