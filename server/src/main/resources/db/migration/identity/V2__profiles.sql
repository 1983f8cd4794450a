-- What a token lets enrol and what its certificate is then like; until now there was one for devices
-- and one for services.
ALTER TABLE identity.token ADD profile text;
UPDATE identity.token
  SET profile = CASE WHEN subject LIKE 'service:%' THEN 'service' ELSE 'device' END;
ALTER TABLE identity.token
  ALTER profile SET NOT NULL,
  ADD CHECK (profile IN ('device', 'commissioning', 'service'));

ALTER TABLE identity.certificate ADD profile text;
UPDATE identity.certificate
  SET profile = CASE WHEN subject LIKE 'service:%' THEN 'service' ELSE 'device' END;
ALTER TABLE identity.certificate
  ALTER profile SET NOT NULL,
  ADD CHECK (profile IN ('device', 'commissioning', 'service'));
