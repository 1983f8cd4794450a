package org.thingward.posture;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** Policies and reference values that took effect. */
final class DocumentStore {
  private final Database database;
  private final Ledger ledger;

  DocumentStore(Database database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /** Stores a document with its ledger entry, which is of the operator who applied it. */
  Receipt put(EntryType type, byte[] bytes, Subject operator, Instant at) {
    return database.inTransaction(() -> {
      Receipt receipt = ledger.appendWithTransaction(type, operator, bytes);
      insert(type, new Stored(bytes, receipt), operator, at);
      return receipt;
    });
  }

  /** Stores a document that the log has already. */
  void putBack(EntryType type, Stored document, Subject operator, Instant at) {
    insert(type, document, operator, at);
  }

  private void insert(EntryType type, Stored document, Subject operator, Instant at) {
    int unused =
        database
            .jdbc()
            .sql(
                "INSERT INTO posture.document (kind, digest, operator, at, receipt, bytes)"
                    + " VALUES (:kind, :digest, :operator, :at, :receipt, :bytes)")
            .param("kind", type.word())
            .param("digest", Digest.of(document.canonical()).bytes())
            .param("operator", operator.toString())
            .param("at", at.atOffset(ZoneOffset.UTC))
            .param("receipt", document.receipt().entry().bytes())
            .param("bytes", document.canonical())
            .update();
  }

  /** A document that took effect: its digest, who applied it, when, and its place on record. */
  record Applied(Digest digest, Subject operator, Instant at, Receipt receipt) {}

  /** What took effect, newest first. */
  List<Applied> history(EntryType type, int limit) {
    return database
        .jdbc()
        .sql(
            "SELECT digest, operator, at, receipt FROM posture.document WHERE kind = :kind"
                + " ORDER BY number DESC LIMIT :limit")
        .param("kind", type.word())
        .param("limit", limit)
        .query((row, n) ->
            new Applied(
                Digest.wrap(row.getBytes(1)),
                Subject.parse(row.getString(2)),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                new Receipt(Digest.wrap(row.getBytes(4)))))
        .list();
  }

  /** The newest document of this type. */
  Optional<Stored> newest(EntryType type) {
    return database
        .jdbc()
        .sql(
            "SELECT bytes, receipt FROM posture.document WHERE kind = :kind"
                + " ORDER BY number DESC LIMIT 1")
        .param("kind", type.word())
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .optional();
  }

  /** The document of this type with this digest. */
  Optional<Stored> byDigest(EntryType type, Digest digest) {
    return database
        .jdbc()
        .sql(
            "SELECT bytes, receipt FROM posture.document WHERE kind = :kind AND digest = :digest"
                + " ORDER BY number LIMIT 1")
        .param("kind", type.word())
        .param("digest", digest.bytes())
        .query((row, n) -> Stored.of(row.getBytes(1), row.getBytes(2)))
        .optional();
  }
}
