-- One row per audit event. Partitions are made by audit.ensure_partition; there is no DEFAULT partition, which would hide mistakes and
-- block DETACH CONCURRENTLY. Columns of fixed length come first: less padding, faster reading.
CREATE TABLE audit.event (
  occurred_at timestamptz NOT NULL,
  stream_offset bigint NOT NULL,
  block bigint,
  event_id uuid NOT NULL,
  shard integer NOT NULL,
  fact_scheme smallint NOT NULL,
  operation text NOT NULL,
  source text NOT NULL,
  schema_name text,
  table_name text,
  key text,
  key_hash bytea,
  changed text[],
  transaction_id text,
  actor text,
  source_position text,
  fact_hash bytea NOT NULL,
  event_uid bytea NOT NULL,
  body json NOT NULL,
  CONSTRAINT event_pkey PRIMARY KEY (event_id, occurred_at),
  CONSTRAINT event_hash_lengths CHECK (octet_length(fact_hash) = 32 AND octet_length(event_uid) = 32 AND octet_length(key_hash) = 32),
  CONSTRAINT event_key_has_hash CHECK ((key IS NULL) = (key_hash IS NULL))
) PARTITION BY RANGE (occurred_at);

-- By hash and not by text: an index entry ends at 2.7 kB, a key does not.
CREATE INDEX event_row ON audit.event (source, schema_name, table_name, key_hash, occurred_at);
CREATE INDEX event_time ON audit.event USING brin (occurred_at);

COMMENT ON TABLE audit.event IS 'One row per audit event; append-only.';
COMMENT ON COLUMN audit.event.occurred_at IS 'When the source says it happened, cut to milliseconds: the partition key.';
COMMENT ON COLUMN audit.event.stream_offset IS 'Offset of the event in its partition of the final topic.';
COMMENT ON COLUMN audit.event.block IS 'Number of the block of the chain that holds the row; null without a chain.';
COMMENT ON COLUMN audit.event.event_id IS 'Derived from the change''s place in the source: the same change has the same id, however often it is delivered.';
COMMENT ON COLUMN audit.event.shard IS 'Partition of the final topic.';
COMMENT ON COLUMN audit.event.fact_scheme IS 'Scheme of fact_hash; hashes of two schemes are not compared.';
COMMENT ON COLUMN audit.event.operation IS 'insert, update, delete, truncate, snapshot, upsert; schema, message, transaction; ledger, gap, audit.';
COMMENT ON COLUMN audit.event.source IS 'The configured name of the source.';
COMMENT ON COLUMN audit.event.schema_name IS 'Schema of the table, or its database where the source has no schemas; null when neither is known.';
COMMENT ON COLUMN audit.event.table_name IS 'The table; null for what belongs to none.';
COMMENT ON COLUMN audit.event.key IS 'The row''s key in canonical JSON, every number as a string: {"id":"42"}; null for a table without a key.';
COMMENT ON COLUMN audit.event.key_hash IS 'SHA-256 of key in UTF-8.';
COMMENT ON COLUMN audit.event.changed IS 'Names of the changed columns; empty: proven that nothing changed; null: not known or not applicable.';
COMMENT ON COLUMN audit.event.transaction_id IS 'The source''s transaction; null when not known.';
COMMENT ON COLUMN audit.event.actor IS 'Who, when the record itself says so.';
COMMENT ON COLUMN audit.event.source_position IS 'The change''s place in the source''s log; null when not known.';
COMMENT ON COLUMN audit.event.fact_hash IS 'HMAC-SHA-256 of the facts as delivered: tells a duplicate from a divergence.';
COMMENT ON COLUMN audit.event.event_uid IS 'The whole HMAC behind event_id.';
COMMENT ON COLUMN audit.event.body IS 'The event''s bytes as they are on the final topic; json and not jsonb, which rewrites numbers.';
