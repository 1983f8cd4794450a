-- Entries committed with a transaction, on their way into the log; a row goes once its entry is there.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type smallint NOT NULL,
  subject text NOT NULL,
  micros bigint NOT NULL,
  entry_key bytea NOT NULL CHECK (length(entry_key) = 32),
  content bytea NOT NULL CHECK (length(content) <= 1048576)
);
