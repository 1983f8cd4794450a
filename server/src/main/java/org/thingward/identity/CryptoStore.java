package org.thingward.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.Database;

/** Which algorithms the certificates that count rest on. */
final class CryptoStore {
  private final JdbcClient jdbc;

  CryptoStore(Database database) {
    this.jdbc = database.jdbc();
  }

  /** By whose they are, and by the algorithms that are stored beside them. */
  List<CryptoAsset> live(Instant now) {
    return jdbc.sql(
            """
            WITH counted AS (
              SELECT split_part(subject, ':', 1) || ' certificates' AS name,
                'prove who connects' AS use, key_algorithm, signature_algorithm, ends
              FROM identity.certificate WHERE state IN ('issued', 'active')
              UNION ALL
              SELECT 'attestation key certificates', 'say whose TPM holds a key',
                key_algorithm, signature_algorithm, ends
              FROM identity.attestation_certificate WHERE revoked IS NULL
              UNION ALL
              SELECT 'device certificates of other authorities', 'prove who connects',
                key_algorithm, signature_algorithm, ends
              FROM identity.external_credential)
            SELECT name, use, key_algorithm, signature_algorithm, count(*) AS how_many,
              max(ends) AS last_end
            FROM counted WHERE ends > :now GROUP BY 1, 2, 3, 4\
            """)
        .param("now", IdentityStore.utc(now))
        .query(CryptoStore::asset)
        .list();
  }

  private static CryptoAsset asset(ResultSet row, int number) throws SQLException {
    return new CryptoAsset(
        CryptoAsset.Kind.CERTIFICATE,
        row.getString("name"),
        row.getString("use"),
        row.getString("key_algorithm"),
        Optional.of(row.getString("signature_algorithm")),
        row.getLong("how_many"),
        Optional.of(row.getObject("last_end", OffsetDateTime.class).toInstant()));
  }
}
