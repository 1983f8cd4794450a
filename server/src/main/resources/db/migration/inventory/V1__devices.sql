-- Names are compared byte by byte (rule I5), hence COLLATE "C".
CREATE TABLE product (
  name   text COLLATE "C" PRIMARY KEY,
  maker  text NOT NULL,
  stated bytea                                   -- digest of what was last stated as evidence
);

CREATE TABLE release (
  product      text COLLATE "C" NOT NULL REFERENCES product,
  version      text COLLATE "C" NOT NULL,
  released     date NOT NULL,
  support_ends date,                             -- the last day with support; null: not announced
  stated       bytea,                            -- digest of what was last stated as evidence
  PRIMARY KEY (product, version),
  CHECK (support_ends >= released)
);
CREATE INDEX release_by_date ON release (product, released DESC, version DESC);

CREATE TABLE device (
  id        text COLLATE "C" PRIMARY KEY,
  product   text COLLATE "C" NOT NULL REFERENCES product,
  release   text COLLATE "C",                    -- null: not known
  owner     text NOT NULL,
  region    text COLLATE "C" NOT NULL,
  lifecycle text NOT NULL CHECK (lifecycle IN ('planned', 'active', 'retired')),
  revision  bigint NOT NULL DEFAULT 1,           -- grows with each change of what is stated
  stated    bigint NOT NULL DEFAULT 0,           -- the revision last stated as evidence
  FOREIGN KEY (product, release) REFERENCES release
);
CREATE INDEX device_unstated ON device (id) WHERE stated <> revision;
CREATE INDEX device_by_release ON device (product, release, id);
CREATE INDEX device_by_region ON device (region, id);
