-- Retention: ranges of audit.event that are archived and dropped, what stays of them, and holds that keep them.

INSERT INTO audit.setting (name, value, meaning) VALUES
  ('retention', '7 years', 'How long events are kept: a range of audit.event may be archived and dropped when its end is older than this interval.');

CREATE TABLE audit.legal_hold (
  name text PRIMARY KEY,
  covers_from timestamptz NOT NULL,
  covers_to timestamptz NOT NULL,
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT legal_hold_covers CHECK (covers_from < covers_to)
);
COMMENT ON TABLE audit.legal_hold IS 'Whoever must keep events: no range that a hold touches is dropped until the hold is released. A name is used once.';
COMMENT ON COLUMN audit.legal_hold.covers_from IS 'covers_from <= occurred_at < covers_to.';
SELECT audit.harden('audit.legal_hold');

CREATE TABLE audit.legal_hold_release (
  name text PRIMARY KEY,
  reason text NOT NULL,
  released_by text NOT NULL,
  released_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE audit.legal_hold_release IS 'Holds that are over: a hold itself is never changed or removed.';
SELECT audit.harden('audit.legal_hold_release');

CREATE TABLE audit.tombstone (
  valid_from timestamptz PRIMARY KEY,
  valid_to timestamptz NOT NULL,
  name text NOT NULL UNIQUE,
  row_count bigint NOT NULL,
  unchained_count bigint NOT NULL,
  retired_at timestamptz NOT NULL,
  key_fingerprint text NOT NULL,
  note text NOT NULL
);
COMMENT ON TABLE audit.tombstone IS 'What stays of a range that was archived and dropped: a signed note (docs/PROOFS.md). The other columns repeat what it says.';
COMMENT ON COLUMN audit.tombstone.row_count IS 'Events of blocks; unchained_count: events that were older than the chain.';
SELECT audit.harden('audit.tombstone');

CREATE TABLE audit.tombstone_part (
  shard integer NOT NULL,
  block bigint NOT NULL,
  valid_from timestamptz NOT NULL,
  offsets bytea NOT NULL,
  CONSTRAINT tombstone_part_pkey PRIMARY KEY (shard, block, valid_from)
);
COMMENT ON TABLE audit.tombstone_part IS 'Of blocks that a retired range has only a part of: which events went with it. Of a block whose events are all of its time, all did.';
COMMENT ON COLUMN audit.tombstone_part.offsets IS 'stream_offset of each, 8 bytes big-endian, ascending.';
SELECT audit.harden('audit.tombstone_part');

CREATE TABLE audit.tombstone_ledger (
  valid_from timestamptz NOT NULL,
  application text NOT NULL,
  sub_topology text NOT NULL,
  topic text NOT NULL,
  topic_partition integer NOT NULL,
  from_offset bigint NOT NULL,
  to_offset bigint NOT NULL,
  CONSTRAINT tombstone_ledger_pkey PRIMARY KEY (valid_from, application, sub_topology, topic, topic_partition, from_offset)
);
COMMENT ON TABLE audit.tombstone_ledger IS 'The raw offsets that the ledgers of a retired range covered, joined: audit.ledger_gaps goes on from them.';
SELECT audit.harden('audit.tombstone_ledger');

CREATE OR REPLACE FUNCTION audit.guarded() RETURNS TABLE (name text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('audit.event'), ('audit.dead_letter'), ('audit.divergence'),
    ('audit.block'), ('audit.chain_origin'), ('audit.checkpoint'), ('audit.checkpoint_key'),
    ('audit.legal_hold'), ('audit.legal_hold_release'), ('audit.tombstone'), ('audit.tombstone_part'), ('audit.tombstone_ledger')
$$;

-- Blocks by the time of their events: a range has some of them.
CREATE INDEX block_time ON audit.block USING brin (occurred_from, occurred_to) WITH (autosummarize = on);

CREATE FUNCTION audit.holds()
RETURNS TABLE (name text, covers_from timestamptz, covers_to timestamptz, reason text, placed_by text, placed_at timestamptz,
  release_reason text, released_by text, released_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.name, h.covers_from, h.covers_to, h.reason, h.placed_by, h.placed_at, r.reason, r.released_by, r.released_at
  FROM audit.legal_hold h LEFT JOIN audit.legal_hold_release r ON r.name = h.name
$$;
COMMENT ON FUNCTION audit.holds() IS 'All holds, with their release where there is one.';

-- SQLSTATE AU004: the setting cannot be used.
CREATE FUNCTION audit.retirable()
RETURNS TABLE (name text, valid_from timestamptz, valid_to timestamptz, due_at timestamptz, is_due boolean, held_by text[], bytes bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' AS $$
#variable_conflict use_column
DECLARE
  given text := (SELECT s.value FROM audit.setting s WHERE s.name = 'retention');
  kept interval;
BEGIN
  BEGIN
    kept := given::interval;
  EXCEPTION WHEN data_exception THEN
    kept := NULL;
  END;
  IF kept IS NULL OR kept < interval '0' THEN
    RAISE EXCEPTION USING ERRCODE = 'AU004', MESSAGE = format('audit.setting retention is %s: it must be an interval, for example 7 years.', given);
  END IF;
  RETURN QUERY
    SELECT p.name, p.valid_from, p.valid_to, p.valid_to + kept, p.valid_to + kept <= clock_timestamp(),
      ARRAY(SELECT h.name FROM audit.holds() h
        WHERE h.released_at IS NULL AND h.covers_from < p.valid_to AND h.covers_to > p.valid_from ORDER BY h.name),
      pg_total_relation_size(to_regclass(format('audit.%I', p.name)))
    FROM audit.partition p WHERE p.retired_at IS NULL ORDER BY p.valid_from;
END
$$;
COMMENT ON FUNCTION audit.retirable() IS 'The ranges that are not retired: from when on each may be, and which holds keep it.';

-- What is wrong with the register of retired ranges; no row: nothing is. Beside audit.self_check.
CREATE FUNCTION audit.retention_check() RETURNS TABLE (object text, problem text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'audit.' || p.name, 'audit.partition says that it is retired, and there is no tombstone of it'
  FROM audit.partition p
  WHERE p.retired_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM audit.tombstone t WHERE t.name = p.name AND t.valid_from = p.valid_from AND t.valid_to = p.valid_to)
  UNION ALL
  SELECT 'audit.' || p.name, 'it is retired, and the table is still there'
  FROM audit.partition p WHERE p.retired_at IS NOT NULL AND to_regclass(format('audit.%I', p.name)) IS NOT NULL
  UNION ALL
  SELECT 'audit.' || t.name, 'there is a tombstone of it, and audit.partition does not say that it is retired'
  FROM audit.tombstone t
  WHERE NOT EXISTS (SELECT FROM audit.partition p
    WHERE p.name = t.name AND p.valid_from = t.valid_from AND p.valid_to = t.valid_to AND p.retired_at IS NOT NULL)
$$;
COMMENT ON FUNCTION audit.retention_check() IS 'What is wrong with retired ranges: without a tombstone, still there, or back.';

-- The raw offsets that ledgers cover, joined where they touch or overlap.
CREATE FUNCTION audit.ledger_ranges(since timestamptz, until timestamptz)
RETURNS TABLE (application text, sub_topology text, topic text, topic_partition integer, from_offset bigint, to_offset bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  WITH ledger AS (
    SELECT e.source AS application, d ->> 'sub_topology' AS sub_topology, d ->> 'topic' AS topic, (d ->> 'partition')::integer AS topic_partition,
      (d ->> 'from')::bigint AS first, (d ->> 'to')::bigint AS after
    FROM audit.event e CROSS JOIN LATERAL (SELECT e.body -> 'detail' AS d) one
    WHERE e.operation = 'ledger' AND e.occurred_at >= since AND e.occurred_at < until
  ), marked AS (
    SELECT l.*, l.first > max(l.after) OVER (PARTITION BY l.application, l.sub_topology, l.topic, l.topic_partition ORDER BY l.first, l.after
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begins
    FROM ledger l
  ), numbered AS (
    SELECT m.*, count(*) FILTER (WHERE m.begins) OVER (PARTITION BY m.application, m.sub_topology, m.topic, m.topic_partition ORDER BY m.first, m.after
      ROWS UNBOUNDED PRECEDING) AS island
    FROM marked m
  )
  SELECT n.application, n.sub_topology, n.topic, n.topic_partition, min(n.first), max(n.after)
  FROM numbered n GROUP BY n.application, n.sub_topology, n.topic, n.topic_partition, n.island
$$;
COMMENT ON FUNCTION audit.ledger_ranges(timestamptz, timestamptz) IS 'The raw offsets that ledgers of a time cover, joined.';

REVOKE ALL ON FUNCTION audit.holds(), audit.retirable(), audit.retention_check(), audit.ledger_ranges(timestamptz, timestamptz) FROM PUBLIC;
GRANT SELECT ON audit.legal_hold, audit.legal_hold_release, audit.tombstone, audit.tombstone_part, audit.tombstone_ledger TO audit_reader;
GRANT SELECT ON audit.tombstone TO audit_writer;
GRANT EXECUTE ON FUNCTION audit.holds(), audit.retirable(), audit.ledger_ranges(timestamptz, timestamptz) TO audit_reader;
GRANT EXECUTE ON FUNCTION audit.retention_check() TO audit_writer, audit_reader;
