-- As before, and an account whose first ledgers are of retired ranges began there: else a partition that few records come to would count as one that had
-- lost its beginning, and nothing would be said of what is not all there before its next ledger.
CREATE OR REPLACE FUNCTION audit.account_of(source text, collection text, since timestamptz, OUT begins timestamptz, OUT behind timestamptz)
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
      SELECT q.occurred_at, q.first FROM (
        (SELECT e.occurred_at, (e.body -> 'detail' ->> 'from')::bigint AS first, (e.body -> 'detail' ->> 'to')::bigint AS after FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = t.topic AND (e.body -> 'detail' ->> 'partition')::integer = t.number
        ORDER BY (e.body -> 'detail' ->> 'to')::bigint LIMIT 1)
        UNION ALL
        SELECT g.valid_from, g.from_offset, g.to_offset FROM audit.tombstone_ledger g WHERE g.topic = t.topic AND g.topic_partition = t.number
      ) q ORDER BY q.after LIMIT 1
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
