-- What is asked of the store.

-- Which of these ids are there, and with which facts. The planner is told to look each one up by primary key: with stale statistics it would
-- read whole partitions. The least and greatest instant let it leave out the other partitions before it starts.
CREATE FUNCTION audit.known_events(ids uuid[], instants timestamptz[])
RETURNS TABLE (ordinal integer, fact_scheme smallint, fact_hash bytea)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
SET enable_bitmapscan = off AS $$
DECLARE
  least_instant timestamptz := (SELECT min(i) FROM unnest(instants) AS i);
  greatest_instant timestamptz := (SELECT max(i) FROM unnest(instants) AS i);
BEGIN
  RETURN QUERY
    SELECT k.n::integer, e.fact_scheme, e.fact_hash
    FROM unnest(ids, instants) WITH ORDINALITY AS k (id, instant, n)
    JOIN audit.event e ON e.event_id = k.id AND e.occurred_at = k.instant
    WHERE e.occurred_at BETWEEN least_instant AND greatest_instant;
END
$$;
COMMENT ON FUNCTION audit.known_events(uuid[], timestamptz[]) IS 'For the writer: the ordinals (from 1) of the given ids that are stored, with their facts.';

-- The incarnation of the source that an event is of. PostgreSQL's json functions fail for a body that has \u0000 or half a surrogate pair anywhere,
-- and a name or a key may: there all escapes are taken out first, which leaves the structure as it is.
CREATE FUNCTION audit.incarnation(body json) RETURNS bigint
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (CASE WHEN body::text ~* '\\u(0000|d[89a-f])'
    THEN regexp_replace(body::text, '\\(u[0-9A-Fa-f]{4}|.)', '', 'g')::json
    ELSE body END -> 'source' ->> 'incarnation')::bigint
$$;
COMMENT ON FUNCTION audit.incarnation(json) IS 'The incarnation of an event''s source; null when the event does not say.';

-- The history of one row, oldest first. Key as in audit.event.key; null means null. All changes of a transaction share occurred_at, so the
-- order is that of the source's log where its positions are numbers, else that of the final topic, where a row has one partition. Positions
-- start again with every incarnation of a source.
CREATE FUNCTION audit.history(source text, schema_name text, table_name text, key text)
RETURNS TABLE (occurred_at timestamptz, operation text, changed text[], actor text, transaction_id text, source_position text,
  shard integer, stream_offset bigint, event_id uuid, body json)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    WITH found AS (
      SELECT e.*, audit.incarnation(e.body) AS incarnation, e.source_position ~ '^[0-9]+$' AS is_number
      FROM audit.event e
      WHERE e.source = $1 AND e.schema_name %s AND e.table_name %s AND e.key_hash %s AND e.key IS NOT DISTINCT FROM $4
    ), judged AS (
      SELECT f.*, bool_and(coalesce(f.is_number, false)) OVER (PARTITION BY f.incarnation) AS comparable
      FROM found f
    )
    SELECT j.occurred_at, j.operation, j.changed, j.actor, j.transaction_id, j.source_position, j.shard, j.stream_offset, j.event_id, j.body
    FROM judged j
    ORDER BY j.incarnation NULLS FIRST, CASE WHEN j.comparable THEN j.source_position::numeric END, j.shard, j.stream_offset
    $query$,
    CASE WHEN history.schema_name IS NULL THEN 'IS NULL' ELSE '= $2' END,
    CASE WHEN history.table_name IS NULL THEN 'IS NULL' ELSE '= $3' END,
    CASE WHEN history.key IS NULL THEN 'IS NULL' ELSE '= sha256(convert_to($4, ''UTF8''))' END)
  USING history.source, history.schema_name, history.table_name, history.key;
END
$$;
COMMENT ON FUNCTION audit.history(text, text, text, text) IS 'The events of one row (source, schema, table, key as in audit.event.key), oldest first.';
