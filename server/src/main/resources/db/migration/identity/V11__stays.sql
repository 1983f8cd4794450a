-- From which networks devices and services speak, and since when: a few of each, as prefixes alone.
CREATE TABLE identity.stay (
  subject text NOT NULL,
  place   text NOT NULL,                      -- a network, e.g. 192.0.2.0/24
  six     boolean NOT NULL,                   -- of IPv6
  began   timestamptz NOT NULL,
  seen    timestamptz NOT NULL,               -- last
  PRIMARY KEY (subject, place)
);
CREATE INDEX stay_seen ON identity.stay (seen);
