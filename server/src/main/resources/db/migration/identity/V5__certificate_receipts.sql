-- The ledger entry of a certificate's issuance (rule L4); null for those from before this column until the
-- next start, which looks for it in the log.
ALTER TABLE identity.certificate ADD COLUMN receipt bytea;
