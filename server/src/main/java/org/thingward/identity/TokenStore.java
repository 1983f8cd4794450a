package org.thingward.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Enrolment tokens, in the schema {@code identity}. */
final class TokenStore {
  private static final int AT_ONCE = 256;
  private static final int SECRETS_AT_ONCE = 1_000;

  private final Database database;
  private final JdbcClient jdbc;
  private final GroupCommit<Digest, Optional<TokenRecord>> together;

  TokenStore(Database database) {
    this.database = database;
    this.jdbc = database.jdbc();
    this.together = database.together(AT_ONCE, this::findAll);
  }

  <T> T inTransaction(Supplier<T> work) {
    return database.inTransaction(work);
  }

  /**
   * A token as it stands in the table.
   *
   * @param receipt of the ledger entry of its making; empty if it is older than such entries
   */
  record Row(TokenRecord token, Optional<Receipt> receipt) {}

  /**
   * Keeps a token just made.
   *
   * @param macSecret what its holder may prove itself with by a MAC, sealed; empty if by none
   */
  void insert(TokenRecord token, Receipt receipt, Optional<byte[]> macSecret) {
    jdbc.sql(
            """
            INSERT INTO identity.token
              (id, digest, subject, profile, names, derived, made, made_by, ends, receipt,
                mac_secret)
            VALUES (:id, :digest, :subject, :profile, :names, false, :made, :by, :ends, :receipt,
              :mac)\
            """)
        .param("id", token.id())
        .param("digest", token.digest().bytes())
        .param("subject", token.subject().toString())
        .param("profile", token.profile().word())
        .param("names", token.names().toArray(String[]::new))
        .param("made", IdentityStore.utc(token.made()))
        .param("by", token.madeBy())
        .param("ends", IdentityStore.utc(token.ends()))
        .param("receipt", receipt.entry().bytes())
        .param("mac", macSecret.orElse(null), java.sql.Types.BINARY)
        .update();
  }

  /** Keeps derived tokens just made, all by the same operator, within a transaction. */
  void insertDerived(List<TokenRecord> tokens, List<Receipt> receipts) {
    TokenRecord any = tokens.getFirst();
    jdbc.sql(
            """
            INSERT INTO identity.token
              (id, digest, subject, profile, derived, made, made_by, ends, receipt)
            SELECT id, digest, subject, ?, true, ?, ?, ?, receipt
            FROM unnest(CAST(? AS uuid[]), CAST(? AS bytea[]), CAST(? AS text[]),
              CAST(? AS bytea[])) AS made(id, digest, subject, receipt)\
            """)
        .params(
            any.profile().word(),
            IdentityStore.utc(any.made()),
            any.madeBy(),
            IdentityStore.utc(any.ends()),
            tokens.stream().map(token -> token.id().toString()).toArray(String[]::new),
            tokens.stream().map(token -> token.digest().bytes()).toArray(byte[][]::new),
            tokens.stream().map(token -> token.subject().toString()).toArray(String[]::new),
            receipts.stream().map(receipt -> receipt.entry().bytes()).toArray(byte[][]::new))
        .update();
  }

  /** Lets one transaction at a time make derived tokens. */
  void lockDerived() {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('identity/derived-tokens', 0))")
        .query((row, number) -> true)
        .single();
  }

  /** The derived tokens that were ever made for these, locked until the transaction ends. */
  List<TokenRecord> derivedFor(List<Subject> subjects) {
    return jdbc.sql(
            "SELECT * FROM identity.token WHERE derived AND subject = ANY(?)"
                + " ORDER BY id FOR UPDATE")
        .param(subjects.stream().map(Subject::toString).toArray(String[]::new))
        .query(TokenStore::token)
        .list();
  }

  /** Forgets tokens that ended unused, so that the same secret may be given once more. */
  void forget(List<UUID> ids) {
    int unused =
        jdbc.sql("DELETE FROM identity.token WHERE id = ANY(CAST(? AS uuid[]))")
            .param(ids.stream().map(UUID::toString).toArray(String[]::new))
            .update();
  }

  /**
   * A token whose holder may prove itself by a MAC.
   *
   * @param macSecret what that is keyed with, sealed
   */
  record ByMac(TokenRecord token, byte[] macSecret) {}

  /** The token of this id; empty if there is none, or none whose holder may use a MAC. */
  Optional<ByMac> findByMac(UUID id) {
    return jdbc.sql("SELECT * FROM identity.token WHERE id = :id AND mac_secret IS NOT NULL")
        .param("id", id)
        .query((row, number) -> new ByMac(token(row, number), row.getBytes("mac_secret")))
        .optional();
  }

  /**
   * Goes through all tokens whose holder may prove itself by a MAC.
   *
   * @param replaced what is to stand in the place of each one's secret; empty to leave it
   * @return how many there are
   */
  int eachSecret(Function<ByMac, Optional<byte[]>> replaced) {
    int count = 0;
    Optional<UUID> after = Optional.empty();
    while (true) {
      List<ByMac> page = secretsAfter(after);
      page.forEach(
          found -> replaced.apply(found).ifPresent(secret -> replace(found.token().id(), secret)));
      count += page.size();
      if (page.size() < SECRETS_AT_ONCE) {
        return count;
      }
      after = Optional.of(page.getLast().token().id());
    }
  }

  private List<ByMac> secretsAfter(Optional<UUID> id) {
    return jdbc.sql(
            "SELECT * FROM identity.token WHERE mac_secret IS NOT NULL"
                + " AND (CAST(:after AS uuid) IS NULL OR id > :after) ORDER BY id LIMIT :limit")
        .param("after", id.orElse(null), java.sql.Types.OTHER)
        .param("limit", SECRETS_AT_ONCE)
        .query((row, number) -> new ByMac(token(row, number), row.getBytes("mac_secret")))
        .list();
  }

  private void replace(UUID id, byte[] macSecret) {
    int unused =
        jdbc.sql("UPDATE identity.token SET mac_secret = :mac WHERE id = :id")
            .param("mac", macSecret)
            .param("id", id)
            .update();
  }

  /** What the database calls open: not used, not withdrawn, not ended. */
  List<Row> open(Instant now) {
    return jdbc.sql(
            "SELECT * FROM identity.token"
                + " WHERE key IS NULL AND certificate IS NULL AND voided IS NULL AND ends > :now")
        .param("now", IdentityStore.utc(now))
        .query((row, number) ->
            new Row(
                token(row, number),
                IdentityStore.digest(row.getBytes("receipt")).map(Receipt::new)))
        .list();
  }

  void setReceipt(UUID id, Receipt receipt) {
    int unused =
        jdbc.sql("UPDATE identity.token SET receipt = :receipt WHERE id = :id")
            .param("receipt", receipt.entry().bytes())
            .param("id", id)
            .update();
  }

  Optional<TokenRecord> find(Digest digest) {
    return together.submit(digest);
  }

  private List<Optional<TokenRecord>> findAll(List<Digest> digests) {
    Map<Digest, TokenRecord> found = new HashMap<>();
    jdbc.sql("SELECT * FROM identity.token WHERE digest = ANY(?)")
        .param(digests.stream().map(Digest::bytes).toArray(byte[][]::new))
        .query(TokenStore::token)
        .list()
        .forEach(token -> found.put(token.digest(), token));
    return digests.stream().map(digest -> Optional.ofNullable(found.get(digest))).toList();
  }

  Optional<TokenRecord> find(UUID id) {
    return jdbc.sql("SELECT * FROM identity.token WHERE id = :id")
        .param("id", id)
        .query(TokenStore::token)
        .optional();
  }

  /** Lets a key claim an unclaimed token, within a transaction; false if it cannot. */
  boolean claim(UUID id, Digest key) {
    return jdbc.sql(
                "UPDATE identity.token SET key = :key WHERE id = :id"
                    + " AND key IS NULL AND certificate IS NULL AND voided IS NULL")
            .param("key", key.bytes())
            .param("id", id)
            .update()
        == 1;
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

  /** Remembers that another key showed the token; true the first time. */
  boolean contest(UUID id, Instant now) {
    return jdbc.sql(
                "UPDATE identity.token SET contested = :now WHERE id = :id AND contested IS NULL")
            .param("now", IdentityStore.utc(now))
            .param("id", id)
            .update()
        == 1;
  }

  /** Whom a token is for. */
  Optional<Subject> subjectOf(UUID id) {
    return jdbc.sql("SELECT subject FROM identity.token WHERE id = :id")
        .param("id", id)
        .query((row, n) -> Subject.parse(row.getString(1)))
        .optional();
  }

  /** Withdraws the token; whom it was for, unless there is none or it was withdrawn before. */
  Optional<Subject> withdraw(UUID id, Instant now) {
    return jdbc.sql(
            "UPDATE identity.token SET voided = :now WHERE id = :id AND voided IS NULL"
                + " RETURNING subject")
        .param("now", IdentityStore.utc(now))
        .param("id", id)
        .query((row, number) -> Subject.parse(row.getString(1)))
        .optional();
  }

  /** Withdraws all tokens of the subject that were made until {@code madeUntil}; their ids. */
  List<UUID> withdrawAll(Subject subject, Instant madeUntil, Instant now) {
    return jdbc.sql(
            "UPDATE identity.token SET voided = :now"
                + " WHERE subject = :subject AND made <= :until AND voided IS NULL AND ends > :now"
                + " RETURNING id")
        .param("subject", subject.toString())
        .param("until", IdentityStore.utc(madeUntil))
        .param("now", IdentityStore.utc(now))
        .query((row, number) -> row.getObject(1, UUID.class))
        .list();
  }

  private static TokenRecord token(ResultSet row, int number) throws SQLException {
    return new TokenRecord(
        row.getObject("id", UUID.class),
        Digest.wrap(row.getBytes("digest")),
        Subject.parse(row.getString("subject")),
        IdentityStore.profile(row),
        AcmeStore.texts(row.getArray("names")),
        row.getBoolean("derived"),
        IdentityStore.instant(row, "made"),
        row.getString("made_by"),
        IdentityStore.instant(row, "ends"),
        IdentityStore.digest(row.getBytes("key")),
        IdentityStore.digest(row.getBytes("certificate")),
        Optional.ofNullable(row.getObject("voided", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}
