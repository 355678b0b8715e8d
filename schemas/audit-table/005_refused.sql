-- What did not become an audit event, and what came back with other facts. Append-only like the events.

CREATE TABLE audit.dead_letter (
  stage text NOT NULL,
  topic text NOT NULL,
  topic_partition integer NOT NULL,
  topic_offset bigint NOT NULL,
  reason text NOT NULL,
  message text NOT NULL,
  recorded_at timestamptz,
  record_key bytea,
  record_value bytea,
  headers json NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT dead_letter_pkey PRIMARY KEY (stage, topic, topic_partition, topic_offset)
);
COMMENT ON TABLE audit.dead_letter IS 'Refused records, byte for byte. They hold unprotected values: audit_dead_letter_reader reads them, audit_reader only the reasons.';
COMMENT ON COLUMN audit.dead_letter.stage IS 'Who refused it: normalize, sink or store.';
COMMENT ON COLUMN audit.dead_letter.topic IS 'The refused record''s topic; of stage store: the final topic, whose record was an event.';
COMMENT ON COLUMN audit.dead_letter.reason IS 'Reason code in kebab-case.';
COMMENT ON COLUMN audit.dead_letter.message IS 'One sentence without row values.';
COMMENT ON COLUMN audit.dead_letter.recorded_at IS 'The refused record''s Kafka timestamp; null when it has none.';
COMMENT ON COLUMN audit.dead_letter.headers IS 'JSON array of [name, base64 or null].';
SELECT audit.harden('audit.dead_letter');

CREATE TABLE audit.divergence (
  event_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  shard integer NOT NULL,
  stream_offset bigint NOT NULL,
  fact_scheme smallint NOT NULL,
  fact_hash bytea NOT NULL,
  stored_fact_hash bytea NOT NULL,
  operation text NOT NULL,
  source text NOT NULL,
  schema_name text,
  table_name text,
  key text,
  body json NOT NULL,
  found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT divergence_pkey PRIMARY KEY (event_id, occurred_at, shard, stream_offset, fact_hash)
);
COMMENT ON TABLE audit.divergence IS 'Events whose id is in audit.event with other facts: never written over, never dropped. Every row here needs an explanation.';
COMMENT ON COLUMN audit.divergence.fact_hash IS 'The facts that came; stored_fact_hash: the facts that are in audit.event.';
SELECT audit.harden('audit.divergence');
