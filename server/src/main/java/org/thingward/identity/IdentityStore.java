package org.thingward.identity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Certificates and their lines, in the schema {@code identity}. */
final class IdentityStore {
  private static final String LIVE = "state IN ('issued', 'active')";

  private final Database database;
  private final JdbcClient jdbc;

  IdentityStore(Database database) {
    this.database = database;
    this.jdbc = database.jdbc();
  }

  <T> T inTransaction(Supplier<T> work) {
    return database.inTransaction(work);
  }

  /** Lets one transaction at a time work on the line of {@code subject}; within a transaction. */
  void lock(Subject subject) {
    lock(jdbc, subject);
  }

  static void lock(JdbcClient jdbc, Subject subject) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('identity/' || :subject, 0))")
        .param("subject", subject.toString())
        .query((row, number) -> true)
        .single();
  }

  void insert(IssuedCertificate certificate, String issuer, Receipt receipt, Instant now) {
    jdbc.sql(
            """
            WITH due AS (
              INSERT INTO identity.unstated (digest, subject) VALUES (:digest, :subject))
            INSERT INTO identity.certificate (digest, serial, subject, profile, key, parent,
              generation, derived, begins, ends, state, changed, der, receipt, issuer,
              key_algorithm, signature_algorithm)
            VALUES (:digest, :serial, :subject, :profile, :key, :parent,
              :generation, :derived, :begins, :ends, :state, :now, :der, :receipt, :issuer, :keyAlgorithm,
              :signatureAlgorithm)\
            """)
        .param("digest", certificate.digest().bytes())
        .param("serial", new BigDecimal(certificate.serial()))
        .param("subject", certificate.subject().toString())
        .param("profile", certificate.profile().word())
        .param("key", certificate.key().bytes())
        .param(
            "parent", certificate.parent().map(Digest::bytes).orElse(null), java.sql.Types.BINARY)
        .param("generation", certificate.generation())
        .param("derived", certificate.derived())
        .param("begins", utc(certificate.begins()))
        .param("ends", utc(certificate.ends()))
        .param("state", certificate.state().word())
        .param("now", utc(now))
        .param("der", certificate.der())
        .param("receipt", receipt.entry().bytes())
        .param("issuer", issuer)
        .param("keyAlgorithm", certificate.algorithms().key())
        .param("signatureAlgorithm", certificate.algorithms().signature())
        .update();
  }

  Optional<IssuedCertificate> find(Digest digest) {
    return one("digest = :value", digest.bytes());
  }

  Optional<IssuedCertificate> ofSerial(BigInteger serial) {
    return one("serial = :value", new BigDecimal(serial));
  }

  /** All of the subject, newest first. */
  List<IssuedCertificate> ofSubject(Subject subject) {
    return jdbc.sql(
            "SELECT * FROM identity.certificate WHERE subject = :subject"
                + " ORDER BY changed DESC, generation DESC LIMIT 1000")
        .param("subject", subject.toString())
        .query(IdentityStore::certificate)
        .list();
  }

  /** Those of the subject that it may present at this moment, newest first. */
  List<IssuedCertificate> live(Subject subject, Instant now) {
    return jdbc.sql(
            "SELECT * FROM identity.certificate WHERE subject = :subject AND ends > :now AND "
                + LIVE
                + " ORDER BY generation DESC, begins DESC")
        .param("subject", subject.toString())
        .param("now", utc(now))
        .query(IdentityStore::certificate)
        .list();
  }

  /** The one that was issued last, whatever became of it. */
  Optional<IssuedCertificate> newest(Subject subject) {
    return jdbc.sql(
            "SELECT * FROM identity.certificate WHERE subject = :subject"
                + " ORDER BY begins DESC, generation DESC LIMIT 1")
        .param("subject", subject.toString())
        .query(IdentityStore::certificate)
        .optional();
  }

  /** Those of these subjects that ever had a certificate. */
  Set<Subject> begun(List<Subject> subjects) {
    return new HashSet<>(
        jdbc.sql("SELECT DISTINCT subject FROM identity.certificate WHERE subject = ANY(?)")
            .param(subjects.stream().map(Subject::toString).toArray(String[]::new))
            .query((row, number) -> Subject.parse(row.getString(1)))
            .list());
  }

  List<IssuedCertificate> childrenOf(Digest parent) {
    return jdbc.sql("SELECT * FROM identity.certificate WHERE parent = :parent")
        .param("parent", parent.bytes())
        .query(IdentityStore::certificate)
        .list();
  }

  /** The subject that this key was ever certified for. */
  Optional<Subject> holderOf(Digest key) {
    return jdbc.sql("SELECT subject FROM identity.certificate WHERE key = :key LIMIT 1")
        .param("key", key.bytes())
        .query((row, number) -> Subject.parse(row.getString(1)))
        .optional();
  }

  /** Retires every live certificate of the subject but this one, which becomes active. */
  void activateAlone(IssuedCertificate certificate, Instant now) {
    jdbc.sql(
            "UPDATE identity.certificate SET changed = :now, state ="
                + " CASE WHEN digest = :digest THEN 'active' ELSE 'retired' END"
                + " WHERE subject = :subject AND "
                + LIVE)
        .param("digest", certificate.digest().bytes())
        .param("subject", certificate.subject().toString())
        .param("now", utc(now))
        .update();
  }

  /**
   * Revokes what has not ended of the subject, and remembers that evidence of it is due; true if a
   * certificate of its attestation keys was among it, of which there is no evidence.
   */
  boolean revokeAll(Subject subject, Instant now) {
    jdbc.sql(
            """
            WITH revoked AS (
              UPDATE identity.certificate SET state = 'revoked', changed = :now
              WHERE subject = :subject AND state <> 'revoked' AND ends > :now
              RETURNING digest, subject)
            INSERT INTO identity.unstated (digest, subject) SELECT digest, subject FROM revoked
            ON CONFLICT (digest) DO UPDATE SET change = excluded.change\
            """)
        .param("subject", subject.toString())
        .param("now", utc(now))
        .update();
    return jdbc.sql(
                "UPDATE identity.attestation_certificate SET revoked = :now"
                    + " WHERE subject = :subject AND revoked IS NULL AND ends > :now")
            .param("subject", subject.toString())
            .param("now", utc(now))
            .update()
        > 0;
  }

  /** Revokes one; false if it was revoked already. */
  boolean revoke(Digest digest, Instant now) {
    return jdbc.sql(
                "UPDATE identity.certificate SET state = 'revoked', changed = :now"
                    + " WHERE digest = :digest AND state <> 'revoked'")
            .param("digest", digest.bytes())
            .param("now", utc(now))
            .update()
        > 0;
  }

  /** The digests of certificates that were renewed and not used yet. */
  List<Digest> unused(Instant now) {
    return jdbc.sql(
            "SELECT digest FROM identity.certificate WHERE state = 'issued' AND ends > :now")
        .param("now", utc(now))
        .query((row, number) -> Digest.wrap(row.getBytes(1)))
        .list();
  }

  /** Whether evidence of the subject's line is due. */
  boolean isUnstated(Subject subject) {
    return !lines(List.of(subject), Instant.EPOCH).getFirst().unstated().isEmpty();
  }

  /**
   * What there is to state of a subject.
   *
   * @param unstated certificates of which no evidence was taken since they changed
   * @param changes the numbers of these changes
   * @param live those that it may present
   */
  record Line(
      List<IssuedCertificate> unstated, List<Change> changes, List<IssuedCertificate> live) {
    private Line() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** The change of a certificate of which evidence is due: a later one has a higher number. */
  record Change(Digest certificate, long number) {}

  /** What there is to state of each of these, at this moment. */
  List<Line> lines(List<Subject> subjects, Instant now) {
    Map<Subject, Line> lines = new HashMap<>();
    subjects.forEach(subject -> lines.put(subject, new Line()));
    jdbc.sql(
            """
            SELECT c.*, u.change FROM identity.certificate c
            LEFT JOIN identity.unstated u ON u.digest = c.digest
            WHERE c.subject = ANY(?) AND (u.change IS NOT NULL OR c.state IN ('issued', 'active'))\
            """)
        .param(subjects.stream().map(Subject::toString).distinct().toArray(String[]::new))
        .query(row -> {
          IssuedCertificate certificate = certificate(row, 0);
          Line line = Objects.requireNonNull(lines.get(certificate.subject()));
          long change = row.getLong("change");
          if (!row.wasNull()) {
            line.unstated().add(certificate);
            line.changes().add(new Change(certificate.digest(), change));
          }
          if (certificate.state().live() && certificate.ends().isAfter(now)) {
            line.live().add(certificate);
          }
        });
    return subjects.stream().map(lines::get).toList();
  }

  /** The subjects with certificates of which evidence is due. */
  List<Subject> subjectsUnstated() {
    return jdbc.sql("SELECT DISTINCT subject FROM identity.unstated")
        .query((row, number) -> Subject.parse(row.getString(1)))
        .list();
  }

  /** Remembers that the subject's line changed, and evidence of it is due. */
  void unstate(Digest digest) {
    jdbc.sql(
            """
            INSERT INTO identity.unstated (digest, subject)
            SELECT digest, subject FROM identity.certificate WHERE digest = :digest
            ON CONFLICT (digest) DO UPDATE SET change = excluded.change\
            """)
        .param("digest", digest.bytes())
        .update();
  }

  /**
   * Remembers that evidence of these changes was taken; what changed since is still due. After a
   * crash it may be stated once more.
   */
  void markStated(List<Change> changes) {
    database.inTransactionSoonDurable(() -> deleteStated(changes));
  }

  private void deleteStated(List<Change> changes) {
    jdbc.sql(
            """
            DELETE FROM identity.unstated u
            USING unnest(CAST(? AS bytea[]), CAST(? AS bigint[])) AS stated (digest, change)
            WHERE u.digest = stated.digest AND u.change = stated.change\
            """)
        .params(
            changes.stream().map(change -> change.certificate().bytes()).toArray(byte[][]::new),
            changes.stream().map(Change::number).toArray(Long[]::new))
        .update();
  }

  private Optional<IssuedCertificate> one(String condition, Object value) {
    return jdbc.sql("SELECT * FROM identity.certificate WHERE " + condition)
        .param("value", value)
        .query(IdentityStore::certificate)
        .optional();
  }

  static IssuedCertificate certificate(ResultSet row, int number) throws SQLException {
    return new IssuedCertificate(
        Digest.wrap(row.getBytes("digest")),
        row.getBigDecimal("serial").toBigIntegerExact(),
        Subject.parse(row.getString("subject")),
        profile(row),
        Digest.wrap(row.getBytes("key")),
        digest(row.getBytes("parent")),
        row.getInt("generation"),
        row.getBoolean("derived"),
        instant(row, "begins"),
        instant(row, "ends"),
        IssuedCertificate.State.ofWord(row.getString("state")),
        row.getBytes("der"),
        algorithms(row));
  }

  /** Those that are stored beside a certificate. */
  static Algorithms algorithms(ResultSet row) throws SQLException {
    return new Algorithms(row.getString("key_algorithm"), row.getString("signature_algorithm"));
  }

  static Profile profile(ResultSet row) throws SQLException {
    String word = row.getString("profile");
    return Profile.ofWord(word)
        .orElseThrow(() -> new IllegalStateException("no profile '" + word + "'"));
  }

  static Optional<Digest> digest(byte @Nullable [] bytes) {
    return Optional.ofNullable(bytes).map(Digest::wrap);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
