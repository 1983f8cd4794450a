-- The one device that a listed endorsement key is for; without one it may be any of the product's.
ALTER TABLE attestation.allowed_key ADD COLUMN device text;
