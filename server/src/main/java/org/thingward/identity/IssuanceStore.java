package org.thingward.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Tokens and the certificates issued for them, many at a time, within a transaction. */
final class IssuanceStore {
  private final JdbcClient jdbc;
  private final String issuer;

  /** For certificates of the authority of this name. */
  IssuanceStore(Database database, String issuer) {
    this.jdbc = database.jdbc();
    this.issuer = issuer;
  }

  /**
   * What stands in the way of issuing a certificate for a token, or does not.
   *
   * @param key the key that claimed the token, if one did
   * @param voided whether it was withdrawn
   * @param certificate what was issued for it, if something was
   * @param begun whether the token was derived, and its subject ever had a certificate
   * @param holder whom the key of the request was ever certified for
   */
  record Claim(
      Optional<Digest> key,
      boolean voided,
      Optional<Digest> certificate,
      boolean begun,
      Optional<Subject> holder) {}

  /** Lets one transaction at a time work on the lines of these subjects. */
  void lock(List<Subject> subjects) {
    // In one order everywhere, so that two transactions never wait for each other.
    String[] sorted = subjects.stream().map(Subject::toString).sorted().toArray(String[]::new);
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('identity/' || s, 0)) FROM unnest(?) s")
        .param(sorted)
        .query((row, number) -> true)
        .list();
  }

  /** How each token stands towards the key that asks; its row is locked against withdrawal. */
  Map<UUID, Claim> claims(List<Issuance.Request> requests) {
    Map<UUID, Claim> claims = new HashMap<>();
    jdbc.sql(
            """
            SELECT t.id, t.key, t.voided IS NOT NULL AS voided, t.certificate,
              t.derived AND EXISTS (
                SELECT 1 FROM identity.certificate c WHERE c.subject = t.subject) AS begun,
              (SELECT c.subject FROM identity.certificate c WHERE c.key = asked.key LIMIT 1) holder
            FROM unnest(CAST(? AS uuid[]), CAST(? AS bytea[])) asked(id, key)
            JOIN identity.token t ON t.id = asked.id
            FOR UPDATE OF t\
            """)
        .params(
            texts(requests, request -> request.token().id()),
            bytes(requests, request -> request.certificate().key().bytes()))
        .query(row -> {
          claims.put(row.getObject("id", UUID.class), claim(row));
        });
    return claims;
  }

  private static Claim claim(ResultSet row) throws SQLException {
    return new Claim(
        IdentityStore.digest(row.getBytes("key")),
        row.getBoolean("voided"),
        IdentityStore.digest(row.getBytes("certificate")),
        row.getBoolean("begun"),
        Optional.ofNullable(row.getString("holder")).map(Subject::parse));
  }

  /**
   * Stores a new line's first certificate for each token, which its key claims; what the subject
   * had before is retired. All of different subjects.
   *
   * @param receipts of their ledger entries, in the same order
   */
  void issue(List<Issuance.Request> requests, List<Receipt> receipts) {
    jdbc.sql(
            """
            WITH issued AS (
              SELECT * FROM unnest(CAST(? AS uuid[]), CAST(? AS bytea[]), CAST(? AS numeric[]),
                CAST(? AS text[]), CAST(? AS text[]), CAST(? AS bytea[]),
                CAST(? AS timestamptz[]), CAST(? AS timestamptz[]), CAST(? AS timestamptz[]),
                CAST(? AS bytea[]), CAST(? AS bytea[]), CAST(? AS bytea[]), CAST(? AS text[]),
                CAST(? AS text[]), CAST(? AS boolean[]))
              AS i(token, digest, serial, subject, profile, key, begins, ends, at, der, claimant,
                receipt, key_algorithm, signature_algorithm, derived)),
            claimed AS (
              UPDATE identity.token t SET key = i.claimant, certificate = i.digest
              FROM issued i WHERE t.id = i.token),
            due AS (
              INSERT INTO identity.unstated (digest, subject) SELECT digest, subject FROM issued),
            retired AS (
              UPDATE identity.certificate c SET state = 'retired', changed = i.at
              FROM issued i WHERE c.subject = i.subject AND c.state IN ('issued', 'active'))
            INSERT INTO identity.certificate
              (digest, serial, subject, profile, key, generation, begins, ends, state, changed, der,
                receipt, issuer, key_algorithm, signature_algorithm, derived)
            SELECT digest, serial, subject, profile, key, 1, begins, ends, 'active', at, der,
              receipt, CAST(? AS text), key_algorithm, signature_algorithm, derived
            FROM issued\
            """)
        .params(
            texts(requests, request -> request.token().id()),
            bytes(requests, request -> request.certificate().digest().bytes()),
            texts(requests, request -> request.certificate().serial()),
            texts(requests, request -> request.certificate().subject()),
            texts(requests, request -> request.certificate().profile().word()),
            bytes(requests, request -> request.certificate().key().bytes()),
            texts(requests, request -> request.certificate().begins()),
            texts(requests, request -> request.certificate().ends()),
            texts(requests, Issuance.Request::signed),
            bytes(requests, request -> request.certificate().der()),
            bytes(requests, request -> request.claimant().bytes()),
            receipts.stream().map(receipt -> receipt.entry().bytes()).toArray(byte[][]::new),
            texts(requests, request -> request.certificate().algorithms().key()),
            texts(requests, request -> request.certificate().algorithms().signature()),
            texts(requests, request -> request.certificate().derived()),
            issuer)
        .update();
  }

  private static String[] texts(
      List<Issuance.Request> requests, Function<Issuance.Request, Object> column) {
    return requests.stream()
        .map(request -> column.apply(request).toString())
        .toArray(String[]::new);
  }

  private static byte[][] bytes(
      List<Issuance.Request> requests, Function<Issuance.Request, byte[]> column) {
    return requests.stream().map(column).toArray(byte[][]::new);
  }
}
