-- Certificates of which evidence is due since they were issued or changed. A table of its own: to note it in
-- the certificate's row would write that row and all its indexes anew for each certificate issued. The number
-- tells a change that was stated from a later one.
CREATE SEQUENCE identity.line_change AS bigint;
CREATE TABLE identity.unstated (
  digest  bytea PRIMARY KEY,
  subject text NOT NULL,
  change  bigint NOT NULL DEFAULT nextval('identity.line_change')
);
INSERT INTO identity.unstated (digest, subject)
  SELECT digest, subject FROM identity.certificate WHERE NOT stated;
ALTER TABLE identity.certificate DROP COLUMN stated;

-- A token's row is written once more when it is claimed: room for that on its page.
ALTER TABLE identity.token SET (fillfactor = 70);
