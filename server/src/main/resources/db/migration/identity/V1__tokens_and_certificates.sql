-- Digests are SHA-256, 32 bytes. Times are UTC.

CREATE TABLE identity.token (
  id          uuid PRIMARY KEY,
  digest      bytea NOT NULL UNIQUE,          -- of the token's text, which is not kept
  subject     text NOT NULL,
  made        timestamptz NOT NULL,
  made_by     text NOT NULL,
  ends        timestamptz NOT NULL,
  key         bytea,                          -- of the public key that claimed it
  certificate bytea,                          -- issued for it
  voided      timestamptz,
  contested   timestamptz                     -- when another key first showed it
);
CREATE INDEX token_subject ON identity.token (subject);

CREATE TABLE identity.certificate (
  digest      bytea PRIMARY KEY,              -- of the DER form: the credential's name everywhere
  serial      numeric(39) NOT NULL UNIQUE,
  subject     text NOT NULL,
  key         bytea NOT NULL,                 -- of the public key
  parent      bytea REFERENCES identity.certificate,   -- renewed from; null if by token
  generation  integer NOT NULL,               -- 1 by token, then one more each renewal
  begins      timestamptz NOT NULL,
  ends        timestamptz NOT NULL,
  state       text NOT NULL CHECK (state IN ('issued', 'active', 'retired', 'revoked')),
  changed     timestamptz NOT NULL,           -- when it came into this state
  stated      boolean NOT NULL DEFAULT false, -- evidence of it was taken
  der         bytea NOT NULL
);
CREATE INDEX certificate_subject ON identity.certificate (subject);
CREATE INDEX certificate_key ON identity.certificate (key);
CREATE INDEX certificate_parent ON identity.certificate (parent);
CREATE INDEX certificate_not_stated ON identity.certificate (subject) WHERE NOT stated;
CREATE INDEX certificate_not_used ON identity.certificate (ends) WHERE state = 'issued';
CREATE INDEX certificate_revoked ON identity.certificate (ends) WHERE state = 'revoked';

-- Certificates of other authorities, as they were first seen.
CREATE TABLE identity.external_credential (
  digest      bytea PRIMARY KEY,
  subject     text NOT NULL,
  ends        timestamptz NOT NULL,
  seen        timestamptz NOT NULL
);
CREATE INDEX external_credential_subject ON identity.external_credential (subject);

CREATE SEQUENCE identity.revocation_list AS bigint;
