package org.thingward.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;

/** The certificates that the database calls live, for who holds them against the log at start. */
final class LiveStore {
  private final JdbcClient jdbc;

  LiveStore(Database database) {
    this.jdbc = database.jdbc();
  }

  /**
   * A certificate that may be presented, as its row has it, without its DER form.
   *
   * @param token what it was issued for; empty if it was renewed
   * @param receipt of the ledger entry of its issuance; empty if it is older than this column
   */
  record Row(IssuedCertificate certificate, Optional<UUID> token, Optional<Receipt> receipt) {}

  /** Those that may be presented and have not ended, of all subjects. */
  void forEachLive(Instant now, Consumer<Row> row) {
    jdbc.sql(
            """
            SELECT c.digest, c.serial, c.subject, c.profile, c.key, c.parent, c.generation, c.derived,
              c.begins, c.ends, c.state, ''::bytea AS der, c.key_algorithm, c.signature_algorithm,
              c.receipt, t.id AS token
            FROM identity.certificate c
            LEFT JOIN identity.token t ON t.certificate = c.digest
            WHERE c.ends > :now AND c.state IN ('issued', 'active')\
            """)
        .param("now", IdentityStore.utc(now))
        .query(
            (RowCallbackHandler)
                found ->
                    row.accept(
                        new Row(
                            IdentityStore.certificate(found, 0),
                            Optional.ofNullable(found.getObject("token", UUID.class)),
                            IdentityStore.digest(found.getBytes("receipt")).map(Receipt::new))));
  }

  /** Notes the entries of certificates that were issued before these were noted. */
  void setReceipts(Map<Digest, Receipt> receipts) {
    List<Map.Entry<Digest, Receipt>> all = List.copyOf(receipts.entrySet());
    jdbc.sql(
            """
            UPDATE identity.certificate c SET receipt = found.receipt
            FROM unnest(CAST(? AS bytea[]), CAST(? AS bytea[])) AS found (digest, receipt)
            WHERE c.digest = found.digest\
            """)
        .params(
            all.stream().map(one -> one.getKey().bytes()).toArray(byte[][]::new),
            all.stream().map(one -> one.getValue().entry().bytes()).toArray(byte[][]::new))
        .update();
  }

  /** Revokes certificates that the log does not bear out; evidence of it is due. */
  void disbelieve(List<Digest> digests, Instant now) {
    jdbc.sql(
            """
            WITH disbelieved AS (
              UPDATE identity.certificate SET state = 'revoked', changed = ?
              WHERE digest = ANY(CAST(? AS bytea[])) RETURNING digest, subject)
            INSERT INTO identity.unstated (digest, subject) SELECT digest, subject FROM disbelieved
            ON CONFLICT (digest) DO UPDATE SET change = excluded.change\
            """)
        .params(IdentityStore.utc(now), digests.stream().map(Digest::bytes).toArray(byte[][]::new))
        .update();
  }
}
