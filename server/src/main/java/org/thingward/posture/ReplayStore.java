package org.thingward.posture;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.thingward.platform.Database;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.Records;

/** What a replay reads: decisions by time, and the evidence and reference values behind them. */
final class ReplayStore {
  /**
   * One decision.
   *
   * @param number its number
   * @param subject whose it is
   * @param at when it was made
   * @param alike what it has in common with those that are alike but for times
   */
  record Row(long number, String subject, Instant at, Digest alike) {}

  private static final int AT_ONCE = 10_000;

  private final Database database;
  private final JdbcTemplate streaming;

  ReplayStore(Database database) {
    this.database = database;
    this.streaming = new JdbcTemplate(database.dataSource());
    streaming.setFetchSize(AT_ONCE);
  }

  /** How many decisions were made from {@code from} on and before {@code until}. */
  long count(Instant from, Instant until) {
    return database
        .jdbc()
        .sql("SELECT count(*) FROM posture.decision WHERE at >= :from AND at < :until")
        .param("from", from.atOffset(ZoneOffset.UTC))
        .param("until", until.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  /** Every one of them, by subject and time. Nothing is held but a part of them. */
  void forEach(Instant from, Instant until, Consumer<Row> each) {
    database.inTransaction(() -> {
      streaming.execute("SET LOCAL work_mem = '128MB'");
      streaming.query(
          "SELECT number, subject, at, alike FROM posture.decision"
              + " WHERE at >= ? AND at < ? ORDER BY subject, at, number",
          row -> {
            Instant at = row.getObject(3, OffsetDateTime.class).toInstant();
            each.accept(new Row(row.getLong(1), row.getString(2), at, Digest.of(row.getBytes(4))));
          },
          from.atOffset(ZoneOffset.UTC),
          until.atOffset(ZoneOffset.UTC));
    });
  }

  /** The decisions with these numbers. */
  Map<Long, Decision> decisions(Collection<Long> numbers) {
    Map<Long, Decision> decisions = new HashMap<>();
    database
        .jdbc()
        .sql("SELECT number, canonical FROM posture.decision WHERE number = ANY(?)")
        .param(numbers.toArray(Long[]::new))
        .query(row -> {
          decisions.put(row.getLong(1), Records.decision(row.getBytes(2)));
        });
    return decisions;
  }

  /** All evidence about these subjects that was ever taken, and is believed (rule L4). */
  Map<Subject, List<Evidence>> evidence(Collection<Subject> subjects) {
    Map<Subject, List<Evidence>> evidence = new HashMap<>();
    database
        .jdbc()
        .sql(
            "SELECT canonical FROM posture.evidence WHERE subject = ANY(?) AND disbelieved IS NULL")
        .param(subjects.stream().map(Subject::toString).toArray(String[]::new))
        .query(row -> {
          Evidence piece = Records.evidence(row.getBytes(1));
          evidence.computeIfAbsent(piece.subject(), subject -> new ArrayList<>()).add(piece);
        });
    return evidence;
  }

  /** Reference values by the moment at which they took effect. */
  NavigableMap<Instant, ReferenceValues> references() {
    NavigableMap<Instant, ReferenceValues> references = new TreeMap<>();
    database
        .jdbc()
        .sql("SELECT at, bytes FROM posture.document WHERE kind = :kind ORDER BY number")
        .param("kind", EntryType.REFERENCE_VALUES.word())
        .query(row -> {
          references.put(
              row.getObject(1, OffsetDateTime.class).toInstant(),
              Records.referenceValues(row.getBytes(2)));
        });
    return references;
  }
}
