-- When a row was found that opens no entry of the ledger (rule L4): it never counts again.
ALTER TABLE posture.evidence ADD COLUMN disbelieved timestamptz;
CREATE INDEX evidence_disbelieved ON posture.evidence (subject) WHERE disbelieved IS NOT NULL;
