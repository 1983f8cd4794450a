package org.thingward.posture;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;
import org.thingward.platform.PastTiers;
import org.thingward.trust.Digest;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.Records;

/** Evidence and postures in the database. Each write goes with its ledger entries or not at all. */
final class PostureStore {
  /**
   * What is to be written of one subject.
   *
   * @param standing the subject
   * @param evidence pieces without a receipt
   * @param posture the posture to put on record, if it stands otherwise than the last
   */
  record Write(Standing standing, List<Kept> evidence, Optional<Written> posture) {}

  /**
   * A posture as it goes on record, made once for all who need it.
   *
   * @param canonical its canonical form
   * @param id the digest of that, its name
   */
  record Written(Posture posture, byte[] canonical, Digest id) {
    static Written of(Posture posture) {
      byte[] canonical = posture.canonical();
      return new Written(posture, canonical, Digest.of(canonical));
    }
  }

  private static final int AT_ONCE = 500;

  private final Database database;
  private final Ledger ledger;
  private final GroupCommit<List<Write>, Map<Digest, Receipt>> together;
  private final GroupCommit<Collection<Digest>, Integer> retiring;

  PostureStore(Database database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
    this.together = database.groupCommit(AT_ONCE, this::writeAll);
    this.retiring = database.together(AT_ONCE, this::retireAll);
    database.migrate("posture");
  }

  /**
   * Writes all of it and its ledger entries in one transaction, with what others write at the same
   * time; the receipts by evidence id.
   */
  Map<Digest, Receipt> write(List<Write> writes) {
    return together.submit(writes);
  }

  private List<Map<Digest, Receipt>> writeAll(List<List<Write>> asked) {
    List<Write> writes = asked.stream().flatMap(List::stream).toList();
    Map<Digest, Receipt> receipts = new HashMap<>();
    // Of several who write together all is taken for new: if a piece is stored already, that fails,
    // each is done again alone, and then it is asked.
    Set<Digest> known = asked.size() > 1 ? new HashSet<>() : known(writes, receipts);
    writeWithin(writes, known, receipts);
    return asked.stream().map(own -> ofPieces(own, receipts)).toList();
  }

  /** Who writes with many others is not given all that they wrote. */
  private static Map<Digest, Receipt> ofPieces(List<Write> writes, Map<Digest, Receipt> receipts) {
    Map<Digest, Receipt> own = new HashMap<>();
    for (Write write : writes) {
      for (Kept piece : write.evidence()) {
        own.put(piece.id(), receipts.get(piece.id()));
      }
    }
    return own;
  }

  private void writeWithin(List<Write> writes, Set<Digest> known, Map<Digest, Receipt> receipts) {
    List<EvidenceRow> evidence = new ArrayList<>();
    List<PostureRow> postures = new ArrayList<>();
    for (Write write : writes) {
      for (Kept piece : write.evidence()) {
        if (known.add(piece.id())) {
          byte[] canonical = piece.evidence().canonical();
          Receipt receipt = append(EntryType.EVIDENCE, write, canonical);
          receipts.put(piece.id(), receipt);
          evidence.add(new EvidenceRow(piece, receipt, canonical));
        }
      }
      write
          .posture()
          .ifPresent(posture ->
              postures.add(
                  new PostureRow(posture, append(EntryType.POSTURE, write, posture.canonical()))));
    }
    if (!evidence.isEmpty()) {
      insertEvidence(evidence);
    }
    if (!postures.isEmpty()) {
      insertPostures(postures);
    }
  }

  private Receipt append(EntryType type, Write write, byte[] content) {
    return ledger.appendWithTransaction(type, write.standing().subject, content);
  }

  /** Which of the pieces are stored already, e.g. by an attempt whose answer was lost. */
  private Set<Digest> known(List<Write> writes, Map<Digest, Receipt> receipts) {
    byte[][] ids =
        writes.stream()
            .flatMap(write -> write.evidence().stream())
            .map(piece -> piece.id().bytes())
            .toArray(byte[][]::new);
    if (ids.length > 0) {
      database
          .jdbc()
          .sql("SELECT id, receipt FROM posture.evidence WHERE id = ANY(?)")
          .param(ids)
          .query(row -> {
            Digest id = Digest.wrap(row.getBytes(1));
            receipts.put(id, new Receipt(Digest.wrap(row.getBytes(2))));
          });
    }
    return new HashSet<>(receipts.keySet());
  }

  private record EvidenceRow(Kept piece, Receipt receipt, byte[] canonical) {}

  private record PostureRow(Written written, Receipt receipt) {
    Posture posture() {
      return written.posture();
    }
  }

  /** One statement whatever the number of rows: the database plans it once. */
  private void insertEvidence(List<EvidenceRow> rows) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO posture.evidence (id, subject, kind, source, received, receipt, canonical)
            SELECT * FROM unnest(CAST(? AS bytea[]), CAST(? AS text[]), CAST(? AS text[]),
              CAST(? AS text[]), CAST(? AS timestamptz[]), CAST(? AS bytea[]), CAST(? AS bytea[]))\
            """)
        .params(
            bytes(rows, row -> row.piece().id().bytes()),
            texts(rows, row -> row.piece().evidence().subject()),
            texts(rows, row -> row.piece().evidence().kind()),
            texts(rows, row -> row.piece().evidence().source()),
            texts(rows, row -> row.piece().evidence().received()),
            bytes(rows, row -> row.receipt().entry().bytes()),
            bytes(rows, EvidenceRow::canonical))
        .update();
  }

  private void insertPostures(List<PostureRow> rows) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO posture.posture (id, subject, tier, at, receipt, canonical)
            SELECT * FROM unnest(CAST(? AS bytea[]), CAST(? AS text[]), CAST(? AS smallint[]),
              CAST(? AS timestamptz[]), CAST(? AS bytea[]), CAST(? AS bytea[]))\
            """)
        .params(
            bytes(rows, row -> row.written().id().bytes()),
            texts(rows, row -> row.posture().subject()),
            rows.stream().map(row -> (short) row.posture().tier().value()).toArray(Short[]::new),
            texts(rows, row -> row.posture().at()),
            bytes(rows, row -> row.receipt().entry().bytes()),
            bytes(rows, row -> row.written().canonical()))
        .update();
  }

  private static <R> String[] texts(List<R> rows, Function<R, Object> column) {
    return rows.stream().map(row -> column.apply(row).toString()).toArray(String[]::new);
  }

  private static <R> byte[][] bytes(List<R> rows, Function<R, byte[]> column) {
    return rows.stream().map(column).toArray(byte[][]::new);
  }

  /**
   * Marks pieces as no longer counting. A crash may undo it: what counts without need is found
   * again.
   */
  void retire(Collection<Digest> ids) {
    int unused = retiring.submit(ids);
  }

  private List<Integer> retireAll(List<Collection<Digest>> asked) {
    byte[][] ids =
        asked.stream().flatMap(Collection::stream).map(Digest::bytes).toArray(byte[][]::new);
    database.inTransactionSoonDurable(() ->
        database
            .jdbc()
            .sql("UPDATE posture.evidence SET counts = false WHERE id = ANY(?)")
            .param(ids)
            .update());
    return asked.stream().map(Collection::size).toList();
  }

  /** The newest posture on record of every subject. */
  void forEachNewest(BiConsumer<Posture, Receipt> each) {
    database
        .jdbc()
        .sql(
            "SELECT DISTINCT ON (subject) canonical, receipt FROM posture.posture"
                + " ORDER BY subject, number DESC")
        .query(row -> {
          each.accept(Records.posture(row.getBytes(1)), new Receipt(Digest.wrap(row.getBytes(2))));
        });
  }

  /** Of every subject last recorded as contraindicated, the posture with which that began. */
  void forEachFall(Consumer<Posture> each) {
    database
        .jdbc()
        .sql(
            """
            SELECT DISTINCT ON (subject) canonical FROM posture.posture AS fell
             WHERE tier = :contraindicated AND number > coalesce(
               (SELECT max(number) FROM posture.posture AS other
                 WHERE other.subject = fell.subject AND other.tier <> :contraindicated), -1)
             ORDER BY subject, number
            """)
        .param("contraindicated", Tier.CONTRAINDICATED.value())
        .query(row -> {
          each.accept(Records.posture(row.getBytes(1)));
        });
  }

  /** Of each device the tier on record at {@code since}, and each change of it from then on. */
  void forEachTierChange(Instant since, PastTiers.Told told) {
    database
        .jdbc()
        .sql(
            """
            SELECT subject, tier, at FROM (
              SELECT subject, tier, at, number,
                  lag(tier) OVER (PARTITION BY subject ORDER BY number) AS former
                FROM (
                  (SELECT DISTINCT ON (subject) subject, tier, at, number FROM posture.posture
                    WHERE at < :since ORDER BY subject, number DESC)
                  UNION ALL
                  SELECT subject, tier, at, number FROM posture.posture WHERE at >= :since
                ) AS postures
               WHERE subject LIKE 'device:%'
              ) AS changes
             WHERE former IS DISTINCT FROM tier
             ORDER BY subject, number
            """)
        .param("since", OffsetDateTime.ofInstant(since, ZoneOffset.UTC))
        .query(row -> {
          told.became(
              Subject.parse(row.getString(1)).name(),
              row.getObject(3, OffsetDateTime.class).toInstant(),
              tier(row.getInt(2)));
        });
  }

  private static Tier tier(int value) {
    return Arrays.stream(Tier.values())
        .filter(tier -> tier.value() == value)
        .findFirst()
        .orElse(Tier.NONE);
  }

  /** The posture with this id, as it is on record. */
  Optional<Stored> posture(Digest id) {
    return database
        .jdbc()
        .sql("SELECT canonical, receipt FROM posture.posture WHERE id = :id LIMIT 1")
        .param("id", id.bytes())
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .optional();
  }

  /** Since when a subject is, on record, of the tier that it is of now. */
  Optional<Instant> tierSince(Subject subject, Tier tier) {
    return database
        .jdbc()
        .sql(
            "SELECT min(at) FROM posture.posture WHERE subject = :subject AND number >"
                + " (SELECT coalesce(max(number), 0) FROM posture.posture"
                + " WHERE subject = :subject AND tier <> :tier)")
        .param("subject", subject.toString())
        .param("tier", tier.value())
        .query((row, n) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
        .single()
        .map(OffsetDateTime::toInstant);
  }

  /** The piece of evidence with this id, as it is on record. */
  Optional<Stored> evidence(Digest id) {
    return database
        .jdbc()
        .sql(
            "SELECT canonical, receipt FROM posture.evidence WHERE id = :id"
                + " AND disbelieved IS NULL")
        .param("id", id.bytes())
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .optional();
  }

  /** Evidence about a subject, newest first. */
  List<Stored> evidenceAbout(Subject subject, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT canonical, receipt FROM posture.evidence WHERE subject = :subject"
                + " AND disbelieved IS NULL ORDER BY received DESC LIMIT :limit")
        .param("subject", subject.toString())
        .param("limit", limit)
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .list();
  }
}
