-- The ledger entry of a token's making (rule L4); null for tokens from before this column.
ALTER TABLE identity.token ADD COLUMN receipt bytea;
