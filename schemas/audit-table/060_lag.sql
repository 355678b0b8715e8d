-- What is not all there, asked again: a pipeline that lags behind its sources, a question about a part of the time, and raw topics that had lost their
-- beginning before they were first read make no gap.

-- Ledgers by where they end.
CREATE INDEX event_ledger ON audit.event
  ((body -> 'detail' ->> 'topic'), ((body -> 'detail' ->> 'partition')::integer), ((body -> 'detail' ->> 'to')::bigint)) WHERE operation = 'ledger';

-- From when to when the account of a table's raw topics can tell whether a transaction is all there. begins: where it begins, when raw topics had
-- lost records by then. behind: how far it has come where it still moves (a ledger was stored since the instant), else infinity.
CREATE FUNCTION audit.account_of(source text, collection text, since timestamptz, OUT begins timestamptz, OUT behind timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off AS $$
#variable_conflict use_column
DECLARE
  known record;
  topics text[] := '{}';
BEGIN
  -- A table's events name the topics that they came from; some hundred of them do for all.
  FOR known IN SELECT t.schema_name, t.table_name FROM audit.tables() t
    WHERE t.source = account_of.source AND audit.short_name(concat_ws('.', t.schema_name, t.table_name)) = collection LOOP
    EXECUTE format($query$
      SELECT $1 || ARRAY(SELECT DISTINCT f.topic FROM (SELECT audit.readable(e.body) #>> '{origin,topic}' AS topic
        FROM audit.event e WHERE e.source = $2 AND e.schema_name %s AND e.table_name %s LIMIT 100) f WHERE f.topic IS NOT NULL)
      $query$,
      CASE WHEN known.schema_name IS NULL THEN 'IS NULL' ELSE '= $3' END, CASE WHEN known.table_name IS NULL THEN 'IS NULL' ELSE '= $4' END)
    INTO topics USING topics, source, known.schema_name, known.table_name;
  END LOOP;
  EXECUTE $query$
    WITH raw AS (
      SELECT r.topic, h.source, h.last_partition
      FROM (SELECT DISTINCT t.topic FROM unnest($1) t (topic)) r
      CROSS JOIN LATERAL (
        SELECT e.source, (e.body -> 'detail' ->> 'partition')::integer AS last_partition FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = r.topic
        ORDER BY (e.body -> 'detail' ->> 'partition')::integer DESC LIMIT 1
      ) h
    ), task AS (
      SELECT r.topic, n.number, true AS is_raw FROM raw r CROSS JOIN LATERAL generate_series(0, r.last_partition) n (number)
      UNION ALL
      -- Where row images are kept, events of a table come out behind a second topic.
      SELECT i.topic, n.number, false FROM (SELECT DISTINCT r.source || '-row-images-repartition' AS topic FROM raw r) i
      CROSS JOIN LATERAL (
        SELECT (e.body -> 'detail' ->> 'partition')::integer AS last_partition FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = i.topic
        ORDER BY (e.body -> 'detail' ->> 'partition')::integer DESC LIMIT 1
      ) h
      CROSS JOIN LATERAL generate_series(0, h.last_partition) n (number)
    )
    SELECT coalesce(max(f.occurred_at) FILTER (WHERE t.is_raw AND f.first > 0), '-infinity'),
      coalesce(min(l.occurred_at) FILTER (WHERE b.written_at >= $2), 'infinity')
    FROM task t
    CROSS JOIN LATERAL (
      SELECT e.occurred_at, (e.body -> 'detail' ->> 'from')::bigint AS first FROM audit.event e
      WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = t.topic AND (e.body -> 'detail' ->> 'partition')::integer = t.number
      ORDER BY (e.body -> 'detail' ->> 'to')::bigint LIMIT 1
    ) f
    CROSS JOIN LATERAL (
      SELECT e.occurred_at, e.shard, e.block FROM audit.event e
      WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = t.topic AND (e.body -> 'detail' ->> 'partition')::integer = t.number
      ORDER BY (e.body -> 'detail' ->> 'to')::bigint DESC LIMIT 1
    ) l
    LEFT JOIN audit.block b ON b.shard = l.shard AND b.number = l.block
    $query$ INTO begins, behind USING topics, since;
END
$$;
COMMENT ON FUNCTION audit.account_of(text, text, timestamptz) IS 'For audit.incomplete_transactions: where a table''s account begins, and how far it is behind.';

-- As before, and settle counts from when the end was stored: what it waits for is on its way through the same pipeline, however far that lags. An
-- end that is younger than what the table's own topic is being read at is waited for as long as that reading goes on.
CREATE OR REPLACE FUNCTION audit.incomplete_transactions(
  since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity', settle interval DEFAULT '1 hour')
RETURNS TABLE (source text, transaction_id text, table_name text, occurred_at timestamptz, expected bigint, found bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off AS $$
#variable_conflict use_column
DECLARE
  known text[] := ARRAY(SELECT t.source || ' ' || audit.short_name(concat_ws('.', t.schema_name, t.table_name)) FROM audit.tables() t);
  settled timestamptz := clock_timestamp() - settle;
BEGIN
  RETURN QUERY EXECUTE $query$
    WITH told AS (
      SELECT e.event_id, e.source, e.transaction_id, e.occurred_at, audit.incarnation(e.body) AS incarnation, audit.short_name(c ->> 'data_collection') AS name,
        coalesce('epoch'::timestamptz + (audit.readable(e.body) #>> '{origin,timestamp}')::bigint * interval '1 millisecond', e.occurred_at) AS sent_at,
        sum((c ->> 'event_count')::bigint) AS expected
      FROM audit.event e LEFT JOIN audit.block b ON b.shard = e.shard AND b.number = e.block CROSS JOIN LATERAL json_array_elements(
        CASE WHEN json_typeof(audit.readable(e.body) #> '{detail,data_collections}') = 'array' THEN audit.readable(e.body) #> '{detail,data_collections}' ELSE '[]' END) c
      WHERE e.operation = 'transaction' AND e.occurred_at >= $1 AND e.occurred_at < least($2, $4) AND e.transaction_id IS NOT NULL
        AND (b.written_at IS NULL OR b.written_at < $4)
        AND NOT EXISTS (SELECT FROM audit.partition p
          WHERE p.retired_at IS NOT NULL AND p.valid_from <= e.occurred_at AND p.valid_to > e.occurred_at - interval '1 day')
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), ended AS (
      -- An end that came twice under two ids is one.
      SELECT t.source, t.transaction_id, t.occurred_at, t.incarnation, t.name, max(t.expected) AS expected, min(t.sent_at) AS sent_at
      FROM told t GROUP BY 1, 2, 3, 4, 5
    ), short AS MATERIALIZED (
      SELECT d.*, f.found
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
    ), account AS MATERIALIZED (
      SELECT s.source, s.name, a.begins, a.behind
      FROM (SELECT DISTINCT h.source, h.name FROM short h) s CROSS JOIN LATERAL audit.account_of(s.source, s.name, $4) a
    )
    SELECT s.source, s.transaction_id, s.name, s.occurred_at, s.expected::bigint, s.found
    FROM short s JOIN account a ON a.source = s.source AND a.name = s.name
    WHERE s.sent_at >= a.begins AND s.sent_at <= a.behind
    ORDER BY s.occurred_at, s.transaction_id, s.name
    $query$ USING since, until, known, settled;
END
$$;

-- As before, whatever part of the time is asked about: what was accounted for before it, or under another time, is looked up. Nothing is said of a
-- place whose ledger may be in a range that was retired.
CREATE OR REPLACE FUNCTION audit.ledger_gaps(since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
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
    SELECT 'ledger-hole', j.source, j.sub_topology, j.topic, j.topic_partition, p.after, j.first, j.occurred_at,
      'No ledger says what became of these offsets. The time is that of the range behind them.'
    FROM joined j CROSS JOIN LATERAL (
      -- The last range that ends before this one begins. Without any, the account begins here.
      SELECT (e.body -> 'detail' ->> 'to')::bigint AS after, e.occurred_at FROM audit.event e
      WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = j.topic AND (e.body -> 'detail' ->> 'partition')::integer = j.topic_partition
        AND (e.body -> 'detail' ->> 'to')::bigint < j.first AND e.source = j.source AND e.body -> 'detail' ->> 'sub_topology' = j.sub_topology
      ORDER BY (e.body -> 'detail' ->> 'to')::bigint DESC LIMIT 1
    ) p
    WHERE (j.covered IS NULL OR j.covered < j.first)
      AND NOT EXISTS (SELECT FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = j.topic AND (e.body -> 'detail' ->> 'partition')::integer = j.topic_partition
          AND (e.body -> 'detail' ->> 'to')::bigint >= j.first AND (e.body -> 'detail' ->> 'from')::bigint < j.first
          AND e.source = j.source AND e.body -> 'detail' ->> 'sub_topology' = j.sub_topology)
      AND NOT EXISTS (SELECT FROM audit.partition r
        WHERE r.retired_at IS NOT NULL AND r.valid_from <= greatest(p.occurred_at, j.occurred_at) AND r.valid_to > least(p.occurred_at, j.occurred_at))
    UNION ALL
    SELECT 'ledger-sums', l.source, l.sub_topology, l.topic, l.topic_partition, l.first, l.after, l.occurred_at,
      format('%s records were consumed and %s are accounted for.', l.consumed, l.accounted)
    FROM ledger l WHERE l.consumed <> l.accounted OR l.consumed > l.after - l.first
    ORDER BY 2, 3, 4, 5, 6
    $query$ USING since, until;
END
$$;

REVOKE ALL ON FUNCTION audit.account_of(text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.account_of(text, text, timestamptz) TO audit_reader;
