-- Which device a TPM's key was shown by first: an index, so that no second device gets it. What
-- counts of a device is what was stated as evidence.
CREATE TABLE tpm_key (
  key    bytea PRIMARY KEY CHECK (length(key) = 32),
  device text  NOT NULL
);
CREATE INDEX tpm_key_device ON tpm_key (device);
