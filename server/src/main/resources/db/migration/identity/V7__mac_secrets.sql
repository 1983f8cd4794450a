-- What a token's holder proves itself with by a MAC instead of showing the token, sealed by the key that
-- encrypts keys: only of tokens that were made for that.
ALTER TABLE identity.token ADD COLUMN mac_secret bytea;
