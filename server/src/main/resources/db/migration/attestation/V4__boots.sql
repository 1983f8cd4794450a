-- What explains the boots that devices quoted: of each device its last two that differ. Evidence
-- says which boot counts; a row is shown only where it gives the digests that are on record.
CREATE TABLE attestation.boot (
  device      text        NOT NULL,
  measurement bytea       NOT NULL CHECK (length(measurement) = 32), -- of the values of PCRs 0 to 7
  kept        timestamptz NOT NULL,
  bank        text        NOT NULL,
  pcrs        integer[]   NOT NULL,
  "values"    text[]      NOT NULL,              -- in hexadecimal digits, in the order of the PCRs
  log         bytea,                             -- the event log, if one was given
  PRIMARY KEY (device, measurement)
);
CREATE INDEX boot_measurement ON attestation.boot (measurement);
