package org.thingward.identity;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Accounts, orders and authorizations over ACME, in the schema {@code identity}. */
final class AcmeStore {
  private final Database database;
  private final JdbcClient jdbc;

  AcmeStore(Database database) {
    this.database = database;
    this.jdbc = database.jdbc();
  }

  <T> T inTransaction(Supplier<T> work) {
    return database.inTransaction(work);
  }

  /**
   * An account as it stands in the table.
   *
   * @param receipt of the ledger's entry of this state
   */
  record AccountRow(AcmeAccount account, Receipt receipt) {}

  List<AccountRow> accounts() {
    return jdbc.sql("SELECT * FROM identity.acme_account WHERE status = 'valid'")
        .query((row, number) ->
            new AccountRow(account(row), new Receipt(Digest.wrap(row.getBytes("receipt")))))
        .list();
  }

  void insert(AcmeAccount account, Receipt receipt) {
    jdbc.sql(
            """
            INSERT INTO identity.acme_account
              (id, token, subject, profile, names, key, status, changed, receipt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
            """)
        .params(
            account.id(),
            account.token(),
            account.subject().toString(),
            account.profile().word(),
            account.names().toArray(String[]::new),
            account.key().jwk(),
            account.status().word(),
            IdentityStore.utc(account.changed()),
            receipt.entry().bytes())
        .update();
  }

  /** Writes an account's key and status. */
  void update(AcmeAccount account, Receipt receipt) {
    jdbc.sql(
            "UPDATE identity.acme_account SET key = ?, status = ?, changed = ?, receipt = ?"
                + " WHERE id = ?")
        .params(
            account.key().jwk(),
            account.status().word(),
            IdentityStore.utc(account.changed()),
            receipt.entry().bytes(),
            account.id())
        .update();
  }

  void insert(AcmeOrder order) {
    jdbc.sql(
            "INSERT INTO identity.acme_order (id, account, made, ends, replaces)"
                + " VALUES (:id, :account, :made, :ends, :replaces)")
        .param("id", order.id())
        .param("account", order.account())
        .param("made", IdentityStore.utc(order.made()))
        .param("ends", IdentityStore.utc(order.ends()))
        .param("replaces", order.replaces().map(Digest::bytes).orElse(null), Types.BINARY)
        .update();
    for (AcmeAuthorization part : order.parts()) {
      jdbc.sql(
              "INSERT INTO identity.acme_authorization"
                  + " (id, of_order, type, value, token, state, changed)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?)")
          .params(
              part.id(),
              order.id(),
              part.identifier().type().word(),
              part.identifier().value(),
              part.token(),
              part.state().word(),
              IdentityStore.utc(part.changed()))
          .update();
    }
  }

  /** Forgets orders of the account that ended before {@code then}; certificates stay. */
  void forget(UUID account, Instant then) {
    jdbc.sql("DELETE FROM identity.acme_order WHERE account = ? AND ends < ?")
        .params(account, IdentityStore.utc(then))
        .update();
  }

  Optional<AcmeOrder> order(UUID id) {
    return jdbc.sql("SELECT * FROM identity.acme_order WHERE id = ?")
        .param(id)
        .query((row, number) -> order(row))
        .optional();
  }

  /** The newest orders of an account, newest first. */
  List<UUID> orders(UUID account, int most) {
    return jdbc.sql(
            "SELECT id FROM identity.acme_order WHERE account = ? ORDER BY made DESC LIMIT ?")
        .params(account, most)
        .query((row, number) -> row.getObject(1, UUID.class))
        .list();
  }

  /** The order that a certificate came of. */
  Optional<AcmeOrder> ofCertificate(Digest certificate) {
    return jdbc.sql("SELECT * FROM identity.acme_order WHERE certificate = ?")
        .param(certificate.bytes())
        .query((row, number) -> order(row))
        .optional();
  }

  Optional<AcmeAuthorization> authorization(UUID id) {
    return jdbc.sql("SELECT * FROM identity.acme_authorization WHERE id = ?")
        .param(id)
        .query((row, number) -> authorization(row))
        .optional();
  }

  /** Writes what became of an authorization; false if something did before. */
  boolean settle(AcmeAuthorization part) {
    return jdbc.sql(
                "UPDATE identity.acme_authorization SET state = :state, changed = :changed,"
                    + " key = :key, receipt = :receipt, error = :error"
                    + " WHERE id = :id AND state = 'pending'")
            .param("state", part.state().word())
            .param("changed", IdentityStore.utc(part.changed()))
            .param("key", part.key().map(Digest::bytes).orElse(null), Types.BINARY)
            .param(
                "receipt",
                part.receipt().map(receipt -> receipt.entry().bytes()).orElse(null),
                Types.BINARY)
            .param("error", part.error().orElse(null), Types.VARCHAR)
            .param("id", part.id())
            .update()
        == 1;
  }

  void complete(UUID order, Digest certificate) {
    jdbc.sql("UPDATE identity.acme_order SET certificate = ? WHERE id = ?")
        .params(certificate.bytes(), order)
        .update();
  }

  /** Whether another order that was completed, or still can be, takes this one's place. */
  boolean isReplaced(Digest certificate, Instant now) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT 1 FROM identity.acme_order o WHERE o.replaces = ?"
                + " AND (o.certificate IS NOT NULL OR (o.ends > ? AND NOT EXISTS (SELECT 1 FROM"
                + " identity.acme_authorization a WHERE a.of_order = o.id AND a.state ="
                + " 'invalid'))))")
        .params(certificate.bytes(), IdentityStore.utc(now))
        .query(Boolean.class)
        .single();
  }

  /** When the account made its {@code count}th newest order. */
  Optional<Instant> madeOrder(UUID account, int count) {
    return nth(
        "SELECT made AS at FROM identity.acme_order WHERE account = ? ORDER BY made DESC",
        account,
        count);
  }

  /** When the account failed for the {@code count}th time, the newest counted first. */
  Optional<Instant> failed(UUID account, int count) {
    return nth(
        "SELECT a.changed AS at FROM identity.acme_authorization a"
            + " JOIN identity.acme_order o ON o.id = a.of_order"
            + " WHERE o.account = ? AND a.state = 'invalid' ORDER BY a.changed DESC",
        account,
        count);
  }

  private Optional<Instant> nth(String sql, UUID account, int count) {
    return jdbc.sql(sql + " OFFSET ? LIMIT 1")
        .params(account, count - 1)
        .query((row, number) -> IdentityStore.instant(row, "at"))
        .optional();
  }

  private static AcmeAccount account(ResultSet row) throws SQLException {
    return new AcmeAccount(
        row.getObject("id", UUID.class),
        row.getObject("token", UUID.class),
        Subject.parse(row.getString("subject")),
        IdentityStore.profile(row),
        texts(row.getArray("names")),
        AcmeKey.parse(row.getString("key")),
        AcmeAccount.Status.ofWord(row.getString("status")),
        IdentityStore.instant(row, "changed"));
  }

  private AcmeOrder order(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    return new AcmeOrder(
        id,
        row.getObject("account", UUID.class),
        IdentityStore.instant(row, "made"),
        IdentityStore.instant(row, "ends"),
        IdentityStore.digest(row.getBytes("replaces")),
        IdentityStore.digest(row.getBytes("certificate")),
        jdbc.sql("SELECT * FROM identity.acme_authorization WHERE of_order = ? ORDER BY id")
            .param(id)
            .query((part, number) -> authorization(part))
            .list());
  }

  private static AcmeAuthorization authorization(ResultSet row) throws SQLException {
    String type = row.getString("type");
    return new AcmeAuthorization(
        row.getObject("id", UUID.class),
        row.getObject("of_order", UUID.class),
        new AcmeIdentifier(
            AcmeIdentifier.Type.ofWord(type)
                .orElseThrow(() -> new IllegalStateException("no identifier of type " + type)),
            row.getString("value")),
        row.getString("token"),
        AcmeAuthorization.State.ofWord(row.getString("state")),
        IdentityStore.instant(row, "changed"),
        IdentityStore.digest(row.getBytes("key")),
        IdentityStore.digest(row.getBytes("receipt")).map(Receipt::new),
        Optional.ofNullable(row.getString("error")));
  }

  static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
