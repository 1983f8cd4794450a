package org.thingward.attestation;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.ear.SignedEar;

/** The attestation results that were given out, in the schema {@code attestation}. */
final class ResultStore {
  private final Database database;

  ResultStore(Database database) {
    this.database = database;
  }

  /**
   * A result that was given out.
   *
   * @param receipt of its ledger entry
   */
  record Given(SignedEar token, Receipt receipt) {}

  /**
   * The newest of a device that says this, by this key, and is good for longer than {@code until}.
   */
  Optional<Given> newest(Subject device, Digest standing, String key, Instant until) {
    return database
        .jdbc()
        .sql(
            """
            SELECT token, receipt FROM attestation.result
            WHERE device = :device AND standing = :standing AND key = :key AND ends > :until
            ORDER BY ends DESC LIMIT 1\
            """)
        .param("device", device.name())
        .param("standing", standing.bytes())
        .param("key", key)
        .param("until", utc(until))
        .query((row, number) ->
            new Given(
                new SignedEar(row.getString("token")),
                new Receipt(Digest.wrap(row.getBytes("receipt")))))
        .optional();
  }

  void insert(Subject device, Digest standing, String key, Instant ends, Given given) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO attestation.result (digest, device, standing, key, ends, token, receipt)
                VALUES (:digest, :device, :standing, :key, :ends, :token, :receipt)
                ON CONFLICT DO NOTHING\
                """)
            .param("digest", given.token().digest().bytes())
            .param("device", device.name())
            .param("standing", standing.bytes())
            .param("key", key)
            .param("ends", utc(ends))
            .param("token", given.token().text())
            .param("receipt", given.receipt().entry().bytes())
            .update();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
