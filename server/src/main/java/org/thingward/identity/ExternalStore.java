package org.thingward.identity;

import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Which certificates of other authorities were seen, in the schema {@code identity}. */
final class ExternalStore {
  private final JdbcClient jdbc;

  ExternalStore(Database database) {
    this.jdbc = database.jdbc();
  }

  boolean knows(Digest credential) {
    return exists(
        "SELECT EXISTS (SELECT 1 FROM identity.external_credential WHERE digest = :value)",
        credential.bytes());
  }

  void insert(
      Digest credential, Subject subject, Instant ends, Algorithms algorithms, Instant seen) {
    jdbc.sql(
            """
            INSERT INTO identity.external_credential (digest, subject, ends, seen,
              key_algorithm, signature_algorithm)
            VALUES (:digest, :subject, :ends, :seen, :key, :signature) ON CONFLICT DO NOTHING\
            """)
        .param("digest", credential.bytes())
        .param("subject", subject.toString())
        .param("ends", IdentityStore.utc(ends))
        .param("seen", IdentityStore.utc(seen))
        .param("key", algorithms.key())
        .param("signature", algorithms.signature())
        .update();
  }

  private boolean exists(String sql, Object value) {
    return jdbc.sql(sql).param("value", value).query(Boolean.class).single();
  }
}
