package org.thingward.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Enrolment tokens, in the schema {@code identity}. */
final class TokenStore {
  private final Database database;
  private final JdbcClient jdbc;

  TokenStore(Database database) {
    this.database = database;
    this.jdbc = database.jdbc();
  }

  <T> T inTransaction(Supplier<T> work) {
    return database.inTransaction(work);
  }

  void insert(TokenRecord token) {
    jdbc.sql(
            """
            INSERT INTO identity.token (id, digest, subject, made, made_by, ends)
            VALUES (:id, :digest, :subject, :made, :by, :ends)\
            """)
        .param("id", token.id())
        .param("digest", token.digest().bytes())
        .param("subject", token.subject().toString())
        .param("made", IdentityStore.utc(token.made()))
        .param("by", token.madeBy())
        .param("ends", IdentityStore.utc(token.ends()))
        .update();
  }

  Optional<TokenRecord> find(Digest digest) {
    return jdbc.sql("SELECT * FROM identity.token WHERE digest = :digest")
        .param("digest", digest.bytes())
        .query(TokenStore::token)
        .optional();
  }

  /** A page of tokens, newest first: those made before the one with id {@code before}. */
  List<TokenRecord> page(Optional<UUID> before, int limit) {
    // Ids are UUIDv7: their order is the order of making.
    return jdbc.sql(
            "SELECT * FROM identity.token WHERE CAST(:before AS uuid) IS NULL OR id < :before"
                + " ORDER BY id DESC LIMIT :limit")
        .param("before", before.orElse(null), java.sql.Types.OTHER)
        .param("limit", limit)
        .query(TokenStore::token)
        .list();
  }

  /** Binds the token to the key; false if another key holds it, or it was voided. */
  boolean claim(UUID id, Digest key) {
    return jdbc.sql(
                "UPDATE identity.token SET key = :key"
                    + " WHERE id = :id AND voided IS NULL AND (key IS NULL OR key = :key)")
            .param("key", key.bytes())
            .param("id", id)
            .update()
        == 1;
  }

  void recordCertificate(UUID id, Digest certificate) {
    jdbc.sql("UPDATE identity.token SET certificate = :certificate WHERE id = :id")
        .param("certificate", certificate.bytes())
        .param("id", id)
        .update();
  }

  /** The certificate that was issued for the token. */
  Optional<Digest> certificateFor(UUID id) {
    return jdbc.sql(
            "SELECT certificate FROM identity.token WHERE id = :id AND certificate IS NOT NULL")
        .param("id", id)
        .query((row, number) -> Digest.wrap(row.getBytes(1)))
        .optional();
  }

  /** Remembers that another key showed the token; true the first time. */
  boolean contest(UUID id, Instant now) {
    return jdbc.sql(
                "UPDATE identity.token SET contested = :now WHERE id = :id AND contested IS NULL")
            .param("now", IdentityStore.utc(now))
            .param("id", id)
            .update()
        == 1;
  }

  /** Withdraws the token; false if there is none or it was withdrawn before. */
  boolean withdraw(UUID id, Instant now) {
    return jdbc.sql("UPDATE identity.token SET voided = :now WHERE id = :id AND voided IS NULL")
            .param("now", IdentityStore.utc(now))
            .param("id", id)
            .update()
        == 1;
  }

  /** Withdraws all tokens of the subject that were made until {@code madeUntil}; how many. */
  int withdrawAll(Subject subject, Instant madeUntil, Instant now) {
    return jdbc.sql(
            "UPDATE identity.token SET voided = :now"
                + " WHERE subject = :subject AND made <= :until AND voided IS NULL AND ends > :now")
        .param("subject", subject.toString())
        .param("until", IdentityStore.utc(madeUntil))
        .param("now", IdentityStore.utc(now))
        .update();
  }

  private static TokenRecord token(ResultSet row, int number) throws SQLException {
    return new TokenRecord(
        row.getObject("id", UUID.class),
        Digest.wrap(row.getBytes("digest")),
        Subject.parse(row.getString("subject")),
        IdentityStore.instant(row, "made"),
        row.getString("made_by"),
        IdentityStore.instant(row, "ends"),
        IdentityStore.digest(row.getBytes("key")),
        Optional.ofNullable(row.getObject("voided", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}
