-- Ids that are given to no other device (rule G9): of devices that are retired, and of those whose
-- record is gone. A trigger keeps them, so that no way in and no way out can forget it.
CREATE TABLE retired_id (
  id text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO retired_id (id) SELECT id FROM device WHERE lifecycle = 'retired';

CREATE FUNCTION keep_retired_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO inventory.retired_id (id) VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END)
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- The same device, put back into service by who may release it.
CREATE FUNCTION reinstate_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM inventory.retired_id WHERE id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER device_retired AFTER INSERT OR UPDATE OF lifecycle ON device
  FOR EACH ROW WHEN (NEW.lifecycle = 'retired') EXECUTE FUNCTION keep_retired_id();
CREATE TRIGGER device_removed AFTER DELETE ON device
  FOR EACH ROW EXECUTE FUNCTION keep_retired_id();
CREATE TRIGGER device_reinstated AFTER UPDATE OF lifecycle ON device
  FOR EACH ROW WHEN (OLD.lifecycle = 'retired' AND NEW.lifecycle <> 'retired')
  EXECUTE FUNCTION reinstate_id();
