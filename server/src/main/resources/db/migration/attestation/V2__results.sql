-- Attestation results that were given out: kept, so that who asks again gets the same one. What
-- counts of them is their signature; their digests are in the log.
CREATE TABLE attestation.result (
  digest   bytea PRIMARY KEY CHECK (length(digest) = 32),
  device   text        NOT NULL,
  standing bytea       NOT NULL,               -- of what it says beside when
  key      text        NOT NULL,               -- which signed it
  ends     timestamptz NOT NULL,
  token    text        NOT NULL,
  receipt  bytea       NOT NULL                -- of its ledger entry
);
CREATE INDEX result_device ON attestation.result (device, ends);
