-- Certificates of the attestation keys of devices' TPMs. They open nothing: they are told of, and on
-- the revocation list while revoked.
CREATE TABLE identity.attestation_certificate (
  digest      bytea PRIMARY KEY CHECK (length(digest) = 32),
  serial      numeric(39) NOT NULL UNIQUE,
  subject     text NOT NULL,
  key         bytea NOT NULL,                 -- of the attestation key's SubjectPublicKeyInfo
  endorsement bytea NOT NULL,                 -- of the endorsement key's
  begins      timestamptz NOT NULL,
  ends        timestamptz NOT NULL,
  revoked     timestamptz,
  der         bytea NOT NULL,
  receipt     bytea NOT NULL                  -- of its ledger entry
);
CREATE INDEX attestation_certificate_subject ON identity.attestation_certificate (subject);
CREATE INDEX attestation_certificate_revoked ON identity.attestation_certificate (ends)
  WHERE revoked IS NOT NULL;
