-- As before, and with what the ledgers of retired ranges covered: a hole is a hole, also beside a range that is gone. Only where a range was retired
-- without a tombstone nobody knows.
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
      UNION ALL
      SELECT t.application, t.valid_from, t.sub_topology, t.topic, t.topic_partition, t.from_offset, t.to_offset, 0, 0
      FROM audit.tombstone_ledger t WHERE t.valid_from >= $1 AND t.valid_from < $2
    ), joined AS (
      SELECT l.*, max(l.after) OVER (PARTITION BY l.source, l.sub_topology, l.topic, l.topic_partition ORDER BY l.first, l.after
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
      FROM ledger l
    )
    SELECT 'ledger-hole', j.source, j.sub_topology, j.topic, j.topic_partition, p.after, j.first, j.occurred_at,
      'No ledger says what became of these offsets. The time is that of the range behind them.'
    FROM joined j CROSS JOIN LATERAL (
      -- The last range that ends before this one begins. Without any, the account begins here.
      SELECT q.after, q.occurred_at FROM (
        (SELECT (e.body -> 'detail' ->> 'to')::bigint AS after, e.occurred_at FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = j.topic AND (e.body -> 'detail' ->> 'partition')::integer = j.topic_partition
          AND (e.body -> 'detail' ->> 'to')::bigint < j.first AND e.source = j.source AND e.body -> 'detail' ->> 'sub_topology' = j.sub_topology
        ORDER BY (e.body -> 'detail' ->> 'to')::bigint DESC LIMIT 1)
        UNION ALL
        SELECT t.to_offset, t.valid_from FROM audit.tombstone_ledger t
        WHERE t.topic = j.topic AND t.topic_partition = j.topic_partition AND t.to_offset < j.first AND t.application = j.source AND t.sub_topology = j.sub_topology
      ) q ORDER BY q.after DESC LIMIT 1
    ) p
    WHERE (j.covered IS NULL OR j.covered < j.first)
      AND NOT EXISTS (SELECT FROM audit.event e
        WHERE e.operation = 'ledger' AND e.body -> 'detail' ->> 'topic' = j.topic AND (e.body -> 'detail' ->> 'partition')::integer = j.topic_partition
          AND (e.body -> 'detail' ->> 'to')::bigint >= j.first AND (e.body -> 'detail' ->> 'from')::bigint < j.first
          AND e.source = j.source AND e.body -> 'detail' ->> 'sub_topology' = j.sub_topology)
      AND NOT EXISTS (SELECT FROM audit.tombstone_ledger t
        WHERE t.topic = j.topic AND t.topic_partition = j.topic_partition AND t.to_offset >= j.first AND t.from_offset < j.first
          AND t.application = j.source AND t.sub_topology = j.sub_topology)
      AND NOT EXISTS (SELECT FROM audit.partition r
        WHERE r.retired_at IS NOT NULL AND NOT EXISTS (SELECT FROM audit.tombstone t WHERE t.name = r.name) AND r.valid_from <= greatest(p.occurred_at, j.occurred_at) AND r.valid_to > least(p.occurred_at, j.occurred_at))
    UNION ALL
    SELECT 'ledger-sums', l.source, l.sub_topology, l.topic, l.topic_partition, l.first, l.after, l.occurred_at,
      format('%s records were consumed and %s are accounted for.', l.consumed, l.accounted)
    FROM ledger l WHERE l.consumed <> l.accounted OR l.consumed > l.after - l.first
    ORDER BY 2, 3, 4, 5, 6
    $query$ USING since, until;
END
$$;
