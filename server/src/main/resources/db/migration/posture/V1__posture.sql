-- What was stated. "counts" is false once a piece can no longer matter; it stays for proofs.
CREATE TABLE posture.evidence (
  id        bytea PRIMARY KEY,
  subject   text NOT NULL,
  kind      text NOT NULL,
  source    text NOT NULL,
  received  timestamptz NOT NULL,
  counts    boolean NOT NULL DEFAULT true,
  receipt   bytea NOT NULL,
  canonical bytea NOT NULL
);
CREATE INDEX evidence_by_subject ON posture.evidence (subject, received DESC);
CREATE INDEX evidence_that_counts ON posture.evidence (subject) WHERE counts;

-- Every posture on record. The newest of a subject is the one with the highest number.
CREATE TABLE posture.posture (
  number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id        bytea NOT NULL,
  subject   text NOT NULL,
  tier      smallint NOT NULL,
  at        timestamptz NOT NULL,
  receipt   bytea NOT NULL,
  canonical bytea NOT NULL
);
CREATE INDEX posture_by_subject ON posture.posture (subject, number DESC);
CREATE INDEX posture_by_id ON posture.posture (id);

-- Policies and reference values that took effect; the newest of a kind is in force.
CREATE TABLE posture.document (
  number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind      text NOT NULL CHECK (kind IN ('policy', 'reference-values')),
  digest    bytea NOT NULL,
  operator  text NOT NULL,
  at        timestamptz NOT NULL,
  receipt   bytea NOT NULL,
  bytes     bytea NOT NULL
);
CREATE INDEX document_by_kind ON posture.document (kind, number DESC);

-- Decisions, for lists and proofs; what counts is their entry in the ledger.
CREATE TABLE posture.decision (
  number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject   text NOT NULL,
  verdict   text NOT NULL,
  at        timestamptz NOT NULL,
  receipt   bytea NOT NULL UNIQUE,
  canonical bytea NOT NULL
);
CREATE INDEX decision_by_subject ON posture.decision (subject, number DESC);
