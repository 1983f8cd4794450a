-- The ledger entry of a record's last change (rule L4); null for changes from before this column.
ALTER TABLE inventory.device ADD COLUMN change bytea;
ALTER TABLE inventory.release ADD COLUMN change bytea;
