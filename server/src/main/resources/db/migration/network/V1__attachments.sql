-- Behind which gateway a device without a key of its own is, and by which hardware address. Which
-- of these count is for the log to say: each was stated as evidence about the device.
CREATE TABLE network.attachment (
  device   text PRIMARY KEY,
  gateway  text        NOT NULL,
  address  text        NOT NULL CHECK (address ~ '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'),
  attached timestamptz NOT NULL,
  UNIQUE (gateway, address)
);
