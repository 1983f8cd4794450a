-- Which issuing authority a certificate is of: lists and answers about revocation are by authority, and one
-- is retired when nothing that it issued is left. Until now there was one.
ALTER TABLE identity.certificate ADD COLUMN issuer text NOT NULL DEFAULT 'issuing-1';
ALTER TABLE identity.certificate ALTER COLUMN issuer DROP DEFAULT;
ALTER TABLE identity.attestation_certificate ADD COLUMN issuer text NOT NULL DEFAULT 'issuing-1';
ALTER TABLE identity.attestation_certificate ALTER COLUMN issuer DROP DEFAULT;

-- A list is of a range of serial numbers.
CREATE INDEX certificate_revoked_serial ON identity.certificate (issuer, serial) WHERE state = 'revoked';
