-- What is not all there: transactions of a source with fewer events than the source counted, and raw offsets that no ledger covers.

CREATE INDEX event_account ON audit.event (operation, occurred_at) WHERE operation IN ('ledger', 'transaction');

-- The last two parts of a name: Debezium's data collections are schema.table, database.table or database.schema.table.
CREATE FUNCTION audit.short_name(collection text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(substring(collection FROM '[^.]+\.[^.]+$'), collection)
$$;
COMMENT ON FUNCTION audit.short_name(text) IS 'schema.table of a data collection''s name.';

-- Ends of transactions with since <= occurred_at < until, a line per table of which fewer events are stored than the source says it sent.
-- No false alarm: of a transaction that is under way there is no end yet; one that ended less than settle ago may still be on its way; a table of
-- which there is no event at all is not read by this pipeline; of a retired range nobody knows any more.
CREATE FUNCTION audit.incomplete_transactions(since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity', settle interval DEFAULT '1 hour')
RETURNS TABLE (source text, transaction_id text, table_name text, occurred_at timestamptz, expected bigint, found bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off AS $$
#variable_conflict use_column
DECLARE
  known text[] := ARRAY(SELECT t.source || ' ' || audit.short_name(concat_ws('.', t.schema_name, t.table_name)) FROM audit.tables() t);
  latest timestamptz := least(until, clock_timestamp() - settle);
BEGIN
  RETURN QUERY EXECUTE $query$
    WITH ended AS (
      SELECT e.source, e.transaction_id, e.occurred_at, audit.incarnation(e.body) AS incarnation, audit.short_name(c ->> 'data_collection') AS name,
        sum((c ->> 'event_count')::bigint) AS expected
      FROM audit.event e CROSS JOIN LATERAL json_array_elements(
        CASE WHEN json_typeof(audit.readable(e.body) #> '{detail,data_collections}') = 'array' THEN audit.readable(e.body) #> '{detail,data_collections}' ELSE '[]' END) c
      WHERE e.operation = 'transaction' AND e.occurred_at >= $1 AND e.occurred_at < $2 AND e.transaction_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM audit.partition p
          WHERE p.retired_at IS NOT NULL AND p.valid_from <= e.occurred_at AND p.valid_to > e.occurred_at - interval '1 day')
      GROUP BY 1, 2, 3, 4, 5
    )
    SELECT d.source, d.transaction_id, d.name, d.occurred_at, d.expected::bigint, f.found
    FROM ended d CROSS JOIN LATERAL (
      -- By their places where they have one: what came twice under two ids counts once. A number of a transaction comes again after years.
      SELECT coalesce(count(DISTINCT audit.transaction_order(e.body)), 0) + count(*) FILTER (WHERE audit.transaction_order(e.body) IS NULL) AS found
      FROM audit.event e
      WHERE left(e.transaction_id, 200) = left(d.transaction_id, 200) AND e.transaction_id = d.transaction_id AND e.transaction_id IS NOT NULL
        AND e.source = d.source AND e.operation <> 'transaction' AND audit.short_name(concat_ws('.', e.schema_name, e.table_name)) = d.name
        AND e.occurred_at >= d.occurred_at - interval '30 days' AND e.occurred_at < d.occurred_at + interval '1 day'
        AND audit.incarnation(e.body) IS NOT DISTINCT FROM d.incarnation
    ) f
    WHERE f.found < d.expected AND d.source || ' ' || d.name = ANY ($3)
    ORDER BY d.occurred_at, d.transaction_id, d.name
    $query$ USING since, latest, known;
END
$$;
COMMENT ON FUNCTION audit.incomplete_transactions(timestamptz, timestamptz, interval) IS 'Transactions of which fewer events are stored than their source counted.';

-- Raw offsets between two ranges of the ledger that none covers, and ranges whose sums do not agree. Inside a range control records, aborted
-- records and compaction leave holes that are none; ranges overlap after a replay; where the first one begins, the topic began for us.
CREATE FUNCTION audit.ledger_gaps(since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
RETURNS TABLE (kind text, application text, sub_topology text, topic text, topic_partition integer, from_offset bigint, to_offset bigint, occurred_at timestamptz,
  note text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY EXECUTE $query$
    WITH ledger AS (
      SELECT e.source, e.occurred_at, d ->> 'sub_topology' AS sub_topology, d ->> 'topic' AS topic, (d ->> 'partition')::integer AS topic_partition,
        (d ->> 'from')::bigint AS first, (d ->> 'to')::bigint AS after, (d ->> 'consumed')::bigint AS consumed,
        (d ->> 'emitted')::bigint + (d ->> 'dead_letters')::bigint + coalesce((SELECT sum(s.value::bigint) FROM json_each_text(d -> 'skipped') s), 0) AS accounted
      FROM audit.event e CROSS JOIN LATERAL (SELECT e.body -> 'detail' AS d) one
      WHERE e.operation = 'ledger' AND e.occurred_at >= $1 AND e.occurred_at < $2
    ), joined AS (
      SELECT l.*, max(l.after) OVER (PARTITION BY l.source, l.sub_topology, l.topic, l.topic_partition ORDER BY l.first, l.after
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
      FROM ledger l
    )
    SELECT 'ledger-hole', j.source, j.sub_topology, j.topic, j.topic_partition, j.covered, j.first, j.occurred_at,
      'No ledger says what became of these offsets. The time is that of the range behind them.'
    FROM joined j WHERE j.first > j.covered
    UNION ALL
    SELECT 'ledger-sums', l.source, l.sub_topology, l.topic, l.topic_partition, l.first, l.after, l.occurred_at,
      format('%s records were consumed and %s are accounted for.', l.consumed, l.accounted)
    FROM ledger l WHERE l.consumed <> l.accounted OR l.consumed > l.after - l.first
    ORDER BY 2, 3, 4, 5, 6
    $query$ USING since, until;
END
$$;
COMMENT ON FUNCTION audit.ledger_gaps(timestamptz, timestamptz) IS 'Raw offsets that no ledger covers, and ledgers that do not agree with themselves.';

-- Both in one list.
CREATE FUNCTION audit.gaps(since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity', settle interval DEFAULT '1 hour')
RETURNS TABLE (kind text, source text, subject text, occurred_at timestamptz, expected bigint, found bigint, from_offset bigint, to_offset bigint, note text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'transaction', t.source, format('%s, table %s', t.transaction_id, t.table_name), t.occurred_at, t.expected, t.found, NULL::bigint, NULL::bigint,
    'Fewer events are stored than the source counted: see the dead letters of that time.'
  FROM audit.incomplete_transactions(since, until, settle) t
  UNION ALL
  SELECT g.kind, g.application, format('%s: %s, partition %s', g.sub_topology, g.topic, g.topic_partition), g.occurred_at, NULL, NULL,
    g.from_offset, g.to_offset, g.note
  FROM audit.ledger_gaps(since, until) g
$$;
COMMENT ON FUNCTION audit.gaps(timestamptz, timestamptz, interval) IS
  'What is not all there: transactions with fewer events than their source counted, raw offsets that no ledger covers.';

REVOKE ALL ON FUNCTION audit.short_name(text), audit.incomplete_transactions(timestamptz, timestamptz, interval),
  audit.ledger_gaps(timestamptz, timestamptz), audit.gaps(timestamptz, timestamptz, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.short_name(text), audit.incomplete_transactions(timestamptz, timestamptz, interval),
  audit.ledger_gaps(timestamptz, timestamptz), audit.gaps(timestamptz, timestamptz, interval) TO audit_reader;
