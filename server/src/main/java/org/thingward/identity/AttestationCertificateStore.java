package org.thingward.identity;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Certificates of attestation keys, in the schema {@code identity}. */
final class AttestationCertificateStore {
  private static final String COUNTS = " AND revoked IS NULL AND ends > :now";

  private final Database database;
  private final JdbcClient jdbc;

  AttestationCertificateStore(Database database) {
    this.database = database;
    this.jdbc = database.jdbc();
  }

  <T> T inTransaction(Supplier<T> work) {
    return database.inTransaction(work);
  }

  /** Lets one transaction at a time work on those of {@code subject}; within a transaction. */
  void lock(Subject subject) {
    IdentityStore.lock(jdbc, subject);
  }

  void insert(AttestationCertificate certificate, String issuer, Receipt receipt) {
    jdbc.sql(
            """
            INSERT INTO identity.attestation_certificate
              (digest, serial, subject, key, endorsement, begins, ends, der, receipt, issuer,
                key_algorithm, signature_algorithm)
            VALUES (:digest, :serial, :subject, :key, :endorsement, :begins, :ends, :der, :receipt,
              :issuer, :keyAlgorithm, :signatureAlgorithm)\
            """)
        .param("digest", certificate.digest().bytes())
        .param("serial", new BigDecimal(certificate.serial()))
        .param("subject", certificate.subject().toString())
        .param("key", certificate.key().bytes())
        .param("endorsement", certificate.endorsement().bytes())
        .param("begins", IdentityStore.utc(certificate.life().from()))
        .param("ends", IdentityStore.utc(certificate.life().until()))
        .param("der", certificate.der())
        .param("receipt", receipt.entry().bytes())
        .param("issuer", issuer)
        .param("keyAlgorithm", certificate.algorithms().key())
        .param("signatureAlgorithm", certificate.algorithms().signature())
        .update();
  }

  /** The newest that counts of this key in this device's TPM. */
  Optional<AttestationCertificate> newest(
      Subject subject, Digest key, Digest endorsement, Instant now) {
    return jdbc.sql(
            """
            SELECT * FROM identity.attestation_certificate
            WHERE subject = :subject AND key = :key AND endorsement = :endorsement\
            """
                + COUNTS
                + " ORDER BY begins DESC LIMIT 1")
        .param("subject", subject.toString())
        .param("key", key.bytes())
        .param("endorsement", endorsement.bytes())
        .param("now", IdentityStore.utc(now))
        .query(AttestationCertificateStore::certificate)
        .optional();
  }

  /** The one that was made last for a device, unless it was revoked; whether or not it ended. */
  Optional<AttestationCertificate> newest(Subject subject) {
    return jdbc.sql(
            "SELECT * FROM (SELECT * FROM identity.attestation_certificate"
                + " WHERE subject = :subject ORDER BY begins DESC, serial LIMIT 1) newest"
                + " WHERE revoked IS NULL")
        .param("subject", subject.toString())
        .query(AttestationCertificateStore::certificate)
        .optional();
  }

  /** The one with this digest, if it counts. */
  Optional<AttestationCertificate> find(Digest digest, Instant now) {
    return jdbc.sql(
            "SELECT * FROM identity.attestation_certificate WHERE digest = :digest" + COUNTS)
        .param("digest", digest.bytes())
        .param("now", IdentityStore.utc(now))
        .query(AttestationCertificateStore::certificate)
        .optional();
  }

  private static AttestationCertificate certificate(ResultSet row, int number) throws SQLException {
    return new AttestationCertificate(
        Digest.wrap(row.getBytes("digest")),
        row.getBigDecimal("serial").toBigIntegerExact(),
        Subject.parse(row.getString("subject")),
        Digest.wrap(row.getBytes("key")),
        Digest.wrap(row.getBytes("endorsement")),
        new CertificateForm.Life(
            IdentityStore.instant(row, "begins"), IdentityStore.instant(row, "ends")),
        row.getBytes("der"),
        IdentityStore.algorithms(row));
  }
}
