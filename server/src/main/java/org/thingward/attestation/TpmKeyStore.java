package org.thingward.attestation;

import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Which device showed a TPM's key first, so that no second one has it. */
final class TpmKeyStore {
  private final Database database;

  TpmKeyStore(Database database) {
    this.database = database;
    database.migrate("attestation");
  }

  /** The device that has this key: this one, unless another was before it. */
  Subject claim(Subject device, Digest key) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO attestation.tpm_key (key, device) VALUES (:key, :device)
                ON CONFLICT DO NOTHING
                """)
            .param("key", key.bytes())
            .param("device", device.name())
            .update();
    return Subject.device(
        database
            .jdbc()
            .sql("SELECT device FROM attestation.tpm_key WHERE key = :key")
            .param("key", key.bytes())
            .query(String.class)
            .single());
  }
}
