-- What decisions have in common that are alike but for times and posture: a replay decides them
-- together. For rows from before it is made from the record, without those members.
ALTER TABLE posture.decision ADD COLUMN alike bytea;
UPDATE posture.decision SET alike = substring(
  sha256(convert_to(
    ((convert_from(canonical, 'UTF8')::jsonb - 'at' - 'posture')
      #- '{grant,from}' #- '{grant,until}' #- '{grant,posture}')::text, 'UTF8'))
  FROM 1 FOR 16);
ALTER TABLE posture.decision ALTER COLUMN alike SET NOT NULL;
CREATE INDEX decision_by_time ON posture.decision (at);
