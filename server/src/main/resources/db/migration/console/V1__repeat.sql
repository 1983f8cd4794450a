-- Requests with an idempotency key, kept for a day. No answer is kept, only its digest.
CREATE TABLE repeat (
  operator text NOT NULL,
  key      text NOT NULL CHECK (length(key) BETWEEN 8 AND 128),
  request  bytea NOT NULL CHECK (length(request) = 32),
  begun    timestamptz NOT NULL,
  status   integer NOT NULL DEFAULT 0,
  response bytea CHECK (length(response) = 32),
  PRIMARY KEY (operator, key)
);
CREATE INDEX repeat_begun ON repeat (begun);
