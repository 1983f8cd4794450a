-- Waves that the brake held back: for lists, and to know at start which were open.
CREATE TABLE posture.wave (
  id        text PRIMARY KEY,
  began     timestamptz NOT NULL,
  open      boolean NOT NULL,
  canonical bytea NOT NULL,
  receipt   bytea NOT NULL
);
CREATE INDEX wave_by_began ON posture.wave (began DESC);
