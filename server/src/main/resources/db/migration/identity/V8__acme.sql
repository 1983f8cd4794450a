-- Server certificates, for names that the token's maker allows.
ALTER TABLE identity.token
  DROP CONSTRAINT token_profile_check,
  ADD CONSTRAINT token_profile_check CHECK (profile IN ('device', 'commissioning', 'service', 'server')),
  ADD names text[] NOT NULL DEFAULT '{}';
ALTER TABLE identity.certificate
  DROP CONSTRAINT certificate_profile_check,
  ADD CONSTRAINT certificate_profile_check CHECK (profile IN ('device', 'commissioning', 'service', 'server'));

-- Who gets certificates over ACME. A row counts as far as the log confirms it (rule L4).
CREATE TABLE identity.acme_account (
  id       uuid PRIMARY KEY,
  token    uuid NOT NULL UNIQUE REFERENCES identity.token,  -- that it claimed
  subject  text NOT NULL,
  profile  text NOT NULL,
  names    text[] NOT NULL,
  key      text NOT NULL UNIQUE,                            -- JSON Web Key, its required members
  status   text NOT NULL CHECK (status IN ('valid', 'deactivated', 'revoked')),
  changed  timestamptz NOT NULL,
  receipt  bytea NOT NULL                                   -- of the ledger entry of this state
);
CREATE INDEX acme_account_subject ON identity.acme_account (subject);

CREATE TABLE identity.acme_order (
  id          uuid PRIMARY KEY,
  account     uuid NOT NULL REFERENCES identity.acme_account,
  made        timestamptz NOT NULL,
  ends        timestamptz NOT NULL,
  replaces    bytea,                                        -- a certificate that it says to take the place of
  certificate bytea
);
CREATE INDEX acme_order_account ON identity.acme_order (account, made);
CREATE INDEX acme_order_replaces ON identity.acme_order (replaces) WHERE replaces IS NOT NULL;

CREATE TABLE identity.acme_authorization (
  id          uuid PRIMARY KEY,
  of_order    uuid NOT NULL REFERENCES identity.acme_order ON DELETE CASCADE,
  type        text NOT NULL,
  value       text NOT NULL,
  token       text NOT NULL,                                -- of its challenge
  state       text NOT NULL CHECK (state IN ('pending', 'valid', 'invalid')),
  changed     timestamptz NOT NULL,
  key         bytea,                                        -- that was attested, as certificates hold it
  receipt     bytea,                                        -- of the ledger entry that it is valid
  error       text
);
CREATE INDEX acme_authorization_order ON identity.acme_authorization (of_order);
