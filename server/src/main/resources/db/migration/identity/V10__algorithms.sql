-- The algorithms of each certificate's key and of the signature on it, by name. Those from before are read
-- out of their DER form: the algorithm identifier of the key (RFC 5280 §4.1.2.7), of an RSA key the length of
-- its modulus too, which stands 23 bytes after it. Every one was signed by the one scheme there was.
CREATE FUNCTION pg_temp.key_algorithm(der bytea) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE
    WHEN position('\x06092a864886f70d010101'::bytea IN der) > 0 THEN 'RSA-' || 8 * (
      256 * get_byte(der, position('\x06092a864886f70d010101'::bytea IN der) + 23)
      + get_byte(der, position('\x06092a864886f70d010101'::bytea IN der) + 24) - 1)
    WHEN position('\x0609608648016503040311'::bytea IN der) > 0 THEN 'ML-DSA-44'
    WHEN position('\x0609608648016503040312'::bytea IN der) > 0 THEN 'ML-DSA-65'
    WHEN position('\x0609608648016503040313'::bytea IN der) > 0 THEN 'ML-DSA-87'
    WHEN position('\x06072a8648ce3d020106082a8648ce3d030107'::bytea IN der) > 0 THEN 'ECDSA P-256'
    WHEN position('\x06072a8648ce3d020106052b81040022'::bytea IN der) > 0 THEN 'ECDSA P-384'
    WHEN position('\x06032b6570'::bytea IN der) > 0 THEN 'Ed25519'
    ELSE 'unknown' END
$$;

ALTER TABLE identity.certificate ADD COLUMN key_algorithm text, ADD COLUMN signature_algorithm text;
UPDATE identity.certificate
  SET key_algorithm = pg_temp.key_algorithm(der), signature_algorithm = 'ECDSA with SHA-256';
ALTER TABLE identity.certificate
  ALTER key_algorithm SET NOT NULL, ALTER signature_algorithm SET NOT NULL;

ALTER TABLE identity.attestation_certificate
  ADD COLUMN key_algorithm text, ADD COLUMN signature_algorithm text;
UPDATE identity.attestation_certificate
  SET key_algorithm = pg_temp.key_algorithm(der), signature_algorithm = 'ECDSA with SHA-256';
ALTER TABLE identity.attestation_certificate
  ALTER key_algorithm SET NOT NULL, ALTER signature_algorithm SET NOT NULL;

-- Of other authorities' certificates only digests were kept: what those from before rest on is not known.
ALTER TABLE identity.external_credential
  ADD COLUMN key_algorithm text NOT NULL DEFAULT 'unknown',
  ADD COLUMN signature_algorithm text NOT NULL DEFAULT 'unknown';
ALTER TABLE identity.external_credential
  ALTER key_algorithm DROP DEFAULT, ALTER signature_algorithm DROP DEFAULT;

DROP FUNCTION pg_temp.key_algorithm(bytea);
