-- Whether a token's secret was derived by a group key, and whether a certificate is of a line that such a
-- token began. Beside the log, which says so too: a row that says less is not believed (rule L4).
ALTER TABLE identity.token ADD COLUMN derived boolean NOT NULL DEFAULT false;
ALTER TABLE identity.certificate ADD COLUMN derived boolean NOT NULL DEFAULT false;
CREATE INDEX token_derived ON identity.token (subject) WHERE derived;
