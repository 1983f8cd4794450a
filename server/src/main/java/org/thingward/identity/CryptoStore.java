package org.thingward.identity;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.Database;

/** For which kinds of keys there are certificates that count. */
final class CryptoStore {
  private final JdbcClient jdbc;

  CryptoStore(Database database) {
    this.jdbc = database.jdbc();
  }

  /** By the algorithm identifier in each certificate (RFC 5280 §4.1.2.7). */
  List<CryptoAsset> liveByKey(Instant now) {
    return jdbc.sql(
            """
            SELECT split_part(subject, ':', 1) AS whose, CASE
              WHEN position('\\x06092a864886f70d010101'::bytea IN der) > 0 THEN 'RSA'
              WHEN position('\\x0609608648016503040311'::bytea IN der) > 0 THEN 'ML-DSA-44'
              WHEN position('\\x0609608648016503040312'::bytea IN der) > 0 THEN 'ML-DSA-65'
              WHEN position('\\x0609608648016503040313'::bytea IN der) > 0 THEN 'ML-DSA-87'
              WHEN position('\\x06072a8648ce3d020106082a8648ce3d030107'::bytea IN der) > 0
                THEN 'ECDSA P-256'
              WHEN position('\\x06072a8648ce3d020106052b81040022'::bytea IN der) > 0
                THEN 'ECDSA P-384'
              WHEN position('\\x06032b6570'::bytea IN der) > 0 THEN 'Ed25519'
              ELSE 'other' END AS algorithm, count(*) AS how_many, max(ends) AS last_end
            FROM identity.certificate
            WHERE state IN ('issued', 'active') AND ends > :now GROUP BY 1, 2\
            """)
        .param("now", IdentityStore.utc(now))
        .query((row, number) ->
            new CryptoAsset(
                CryptoAsset.Kind.CERTIFICATE,
                row.getString("whose") + " certificates",
                "prove who connects",
                row.getString("algorithm"),
                row.getLong("how_many"),
                Optional.of(row.getObject("last_end", OffsetDateTime.class).toInstant())))
        .list();
  }
}
