-- What people ask: one row's history and how it was at an instant, one column's changes, one transaction, one actor. Every query names the
-- partition key and an index, so that neither other partitions nor whole ones are read.

-- The first 200 characters: an index entry ends at 2.7 kB, and a source may call a transaction or an actor anything. Whoever asks with the
-- same expression beside the whole text (as the functions below do) is served by the index.
CREATE INDEX event_transaction ON audit.event (left(transaction_id, 200)) WHERE transaction_id IS NOT NULL;
CREATE INDEX event_actor ON audit.event (left(actor, 200), occurred_at) WHERE actor IS NOT NULL;

-- The body for json operators: the same, or, where it has what they refuse (\u0000, half a surrogate pair; only a name or a key may have it),
-- without any escapes, which leaves structure and numbers as they are.
CREATE FUNCTION audit.readable(body json) RETURNS json
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN body::text ~* '\\u(0000|d[89a-f])' THEN regexp_replace(body::text, '\\(u[0-9A-Fa-f]{4}|.)', '', 'g')::json ELSE body END
$$;
COMMENT ON FUNCTION audit.readable(json) IS 'An event for json operators; one that they refuse comes without the escaped characters of its texts.';

CREATE OR REPLACE FUNCTION audit.incarnation(body json) RETURNS bigint
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (audit.readable(body) -> 'source' ->> 'incarnation')::bigint
$$;

-- As before, and of a time: since <= occurred_at < until.
DROP FUNCTION audit.history(text, text, text, text);
CREATE FUNCTION audit.history(source text, schema_name text, table_name text, key text,
  since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
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
        AND e.occurred_at >= $5 AND e.occurred_at < $6
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
  USING history.source, history.schema_name, history.table_name, history.key, history.since, history.until;
END
$$;
COMMENT ON FUNCTION audit.history(text, text, text, text, timestamptz, timestamptz) IS
  'The events of one row (source, schema, table, key as in audit.event.key) with since <= occurred_at < until, oldest first.';

-- One event's word on a row's columns, laid over what was known before it. Known values are kept as the text of their JSON, so that no number
-- is rewritten. Unknown is what the event withholds or does not tell; is_whole: no column may be missing from both lists.
CREATE FUNCTION audit.overlay(body json, INOUT known jsonb, INOUT unknown jsonb, INOUT is_whole boolean)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told json := audit.readable(body);
  operation text := told ->> 'operation';
  image jsonb := (SELECT jsonb_object_agg(m.key, m.value::text) FROM json_each(told -> 'after') m);
  withheld jsonb := (SELECT jsonb_object_agg(u, true) FROM json_array_elements_text(told -> 'images' -> 'unavailable') u);
  kept jsonb := '{}';
BEGIN
  IF told::text <> body::text THEN
    -- Its texts are not what they were.
    known := '{}';
    unknown := '{}';
    is_whole := false;
    RETURN;
  END IF;
  IF told -> 'images' ->> 'after' = 'full' AND image IS NOT NULL THEN
    -- What an update withholds did not change: that is why it was not sent.
    IF operation = 'update' THEN
      kept := coalesce((SELECT jsonb_object_agg(w.key, known -> w.key) FROM jsonb_each(withheld) w WHERE known ? w.key), '{}');
    END IF;
    known := kept || image;
    unknown := coalesce((SELECT jsonb_object_agg(w.key, true) FROM jsonb_each(withheld) w WHERE NOT kept ? w.key), '{}');
    is_whole := true;
    RETURN;
  END IF;
  IF operation <> 'update' THEN
    known := '{}';
    unknown := '{}';
    is_whole := false;
  ELSIF json_typeof(told -> 'changed') IS DISTINCT FROM 'array' OR told ->> 'changed_is' IS DISTINCT FROM 'all' THEN
    unknown := unknown || coalesce((SELECT jsonb_object_agg(k.key, true) FROM jsonb_each(known) k), '{}');
    known := '{}';
  END IF;
  IF json_typeof(told -> 'changed') = 'array' THEN
    unknown := unknown || coalesce((SELECT jsonb_object_agg(c, true) FROM json_array_elements_text(told -> 'changed') c), '{}');
  END IF;
  IF json_typeof(told -> 'changes') = 'array' THEN
    image := coalesce((SELECT jsonb_object_agg(c ->> 'field', (c -> 'new')::text) FROM json_array_elements(told -> 'changes') c
      WHERE c -> 'new' IS NOT NULL), '{}') || coalesce(image, '{}');
  END IF;
  known := (known - ARRAY(SELECT u.key FROM jsonb_each(unknown) u)) || coalesce(image, '{}');
  unknown := (unknown || coalesce(withheld, '{}')) - ARRAY(SELECT k.key FROM jsonb_each(known) k);
END
$$;
COMMENT ON FUNCTION audit.overlay(json, jsonb, jsonb, boolean) IS 'For audit.row_at: lays one event over what is known of a row.';

-- The row as it was at an instant, and what is not known of it. Always one row. state: present, absent, unknown.
CREATE FUNCTION audit.row_at(source text, schema_name text, table_name text, key text, instant timestamptz,
  OUT state text, OUT "row" json, OUT unknown text[], OUT is_whole boolean, OUT hidden text[], OUT as_of timestamptz, OUT operation text,
  OUT event_id uuid, OUT note text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told record;
  last record;
  truncated record;
  known jsonb := '{}';
  not_known jsonb := '{}';
  whole boolean := false;
BEGIN
  FOR told IN SELECT * FROM audit.history(row_at.source, row_at.schema_name, row_at.table_name, row_at.key, '-infinity', instant + interval '1 microsecond') LOOP
    last := told;
    as_of := told.occurred_at;
    operation := told.operation;
    event_id := told.event_id;
    IF told.operation = 'delete' THEN
      state := 'absent';
      known := '{}';
      not_known := '{}';
      whole := false;
    ELSE
      state := 'present';
      SELECT o.known, o.unknown, o.is_whole INTO known, not_known, whole FROM audit.overlay(told.body, known, not_known, whole) o;
    END IF;
  END LOOP;

  EXECUTE format($query$
    SELECT e.occurred_at, e.source_position, e.event_id, audit.incarnation(e.body) AS incarnation
    FROM audit.event e
    WHERE e.source = $1 AND e.schema_name %s AND e.table_name %s AND e.key_hash IS NULL AND e.operation = 'truncate'
      AND e.occurred_at <= $4 AND e.occurred_at >= $5
    ORDER BY e.occurred_at DESC, e.stream_offset DESC LIMIT 1
    $query$,
    CASE WHEN row_at.schema_name IS NULL THEN 'IS NULL' ELSE '= $2' END, CASE WHEN row_at.table_name IS NULL THEN 'IS NULL' ELSE '= $3' END)
  INTO truncated USING row_at.source, row_at.schema_name, row_at.table_name, instant, coalesce(as_of, '-infinity');
  IF truncated.event_id IS NOT NULL THEN
    IF as_of IS NOT NULL AND truncated.occurred_at = as_of AND NOT (
        truncated.source_position ~ '^[0-9]+$' AND last.source_position ~ '^[0-9]+$'
        AND truncated.incarnation IS NOT DISTINCT FROM audit.incarnation(last.body)) THEN
      state := 'unknown';
      note := 'The table was emptied at the same instant, and which came first is not known.';
    ELSIF as_of IS NULL OR truncated.occurred_at > as_of OR truncated.source_position::numeric > last.source_position::numeric THEN
      state := 'absent';
      as_of := truncated.occurred_at;
      operation := 'truncate';
      event_id := truncated.event_id;
    END IF;
  END IF;

  IF state IS NULL THEN
    state := 'unknown';
    note := coalesce(
      (SELECT format('No event up to then. The first one is %s %s at %s.', CASE WHEN h.operation LIKE ANY (ARRAY['i%', 'u%']) THEN 'an' ELSE 'a' END,
         h.operation, h.occurred_at)
       FROM audit.history(row_at.source, row_at.schema_name, row_at.table_name, row_at.key, instant) h LIMIT 1),
      'No event of such a row at all.');
  ELSIF state = 'present' THEN
    "row" := (SELECT coalesce('{' || string_agg(to_json(k.key)::text || ':' || (k.value #>> '{}'), ',' ORDER BY k.key COLLATE "C") || '}', '{}')
      FROM jsonb_each(known) k)::json;
    unknown := ARRAY(SELECT u.key FROM jsonb_each(not_known) u ORDER BY u.key COLLATE "C");
    is_whole := whole;
    hidden := ARRAY(SELECT f ->> 'field' FROM json_array_elements(audit.readable(last.body) -> 'protection' -> 'fields') f);
    IF NOT whole THEN
      note := 'There may be further columns: no event up to then had the whole row.';
    END IF;
  ELSIF operation = 'delete' AND audit.readable(last.body) -> 'next_key' IS NOT NULL THEN
    note := 'The row moved to another key: next_key of the event.';
  END IF;
END
$$;
COMMENT ON FUNCTION audit.row_at(text, text, text, text, timestamptz) IS
  'A row as it was at an instant (to the millisecond): known values verbatim, names of columns whose value is not known, and what hides the rest.';

-- What one event says of one column. NULL: it does not tell; JSON null: the column was NULL.
CREATE FUNCTION audit.change_in(body json, field text, OUT old json, OUT new json)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT c -> 'old', c -> 'new'
  FROM json_array_elements(CASE WHEN body::text !~* '\\u(0000|d[89a-f])' AND json_typeof(body -> 'changes') = 'array' THEN body -> 'changes' ELSE '[]' END) c
  WHERE c ->> 'field' = change_in.field
$$;
COMMENT ON FUNCTION audit.change_in(json, text) IS 'Old and new value of a column in an event; NULL where the event does not tell.';

-- The changes of a column with since <= occurred_at < until. possible: also events that do not tell whether the column changed.
CREATE FUNCTION audit.changes_of("column" text, since timestamptz, until timestamptz, in_source text DEFAULT NULL, in_schema text DEFAULT NULL,
  in_table text DEFAULT NULL, of_key text DEFAULT NULL, possible boolean DEFAULT false)
RETURNS TABLE (occurred_at timestamptz, operation text, source text, schema_name text, table_name text, key text, is_certain boolean, old json, new json,
  actor text, transaction_id text, event_id uuid)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY EXECUTE
    'SELECT e.occurred_at, e.operation, e.source, e.schema_name, e.table_name, e.key, e.changed @> ARRAY[$1] IS TRUE, c.old, c.new, '
    || 'e.actor, e.transaction_id, e.event_id FROM audit.event e LEFT JOIN LATERAL audit.change_in(e.body, $1) c ON true '
    || 'WHERE e.occurred_at >= $2 AND e.occurred_at < $3'
    || CASE WHEN $4 IS NULL THEN '' ELSE ' AND e.source = $4' END
    || CASE WHEN $5 IS NULL THEN '' ELSE ' AND e.schema_name = $5' END
    || CASE WHEN $6 IS NULL THEN '' ELSE ' AND e.table_name = $6' END
    || CASE WHEN $7 IS NULL THEN '' ELSE ' AND e.key_hash = sha256(convert_to($7, ''UTF8'')) AND e.key = $7' END
    || CASE WHEN $8 THEN ' AND (e.changed @> ARRAY[$1] OR e.operation IN (''upsert'', ''snapshot'') OR (e.operation = ''update'' AND (e.changed IS NULL '
         || 'OR audit.readable(e.body) ->> ''changed_is'' = ''at_least'')))'
       ELSE ' AND e.changed @> ARRAY[$1]' END
    || ' ORDER BY e.occurred_at, e.shard, e.stream_offset'
  USING $1, $2, $3, $4, $5, $6, $7, $8;
END
$$;
COMMENT ON FUNCTION audit.changes_of(text, timestamptz, timestamptz, text, text, text, text, boolean) IS
  'The changes of a column in a time, of a source, a table, a row; is_certain is false where an event does not tell whether the column changed.';

CREATE FUNCTION audit.transaction_order(body json) RETURNS bigint
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (audit.readable(body) -> 'transaction' ->> 'order')::bigint
$$;
COMMENT ON FUNCTION audit.transaction_order(json) IS 'The event''s place in its transaction, from 1; null when not known.';

-- Everything of one transaction of a source, in its own order where that is known; its end marker is last.
CREATE FUNCTION audit.transaction(source text, id text, since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
RETURNS TABLE (occurred_at timestamptz, operation text, schema_name text, table_name text, key text, changed text[], actor text, "order" bigint,
  source_position text, shard integer, stream_offset bigint, event_id uuid, body json)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY EXECUTE '
    WITH found AS (
      SELECT e.*, audit.transaction_order(e.body) AS place, audit.incarnation(e.body) AS incarnation
      FROM audit.event e
      WHERE e.source = $1 AND left(e.transaction_id, 200) = left($2, 200) AND e.transaction_id = $2 AND e.transaction_id IS NOT NULL
        AND e.occurred_at >= $3 AND e.occurred_at < $4
    ), judged AS (
      SELECT f.*, bool_and(f.operation = ''transaction'' OR f.place IS NOT NULL) OVER () AS is_ordered,
        bool_and(f.operation = ''transaction'' OR coalesce(f.source_position ~ ''^[0-9]+$'', false)) OVER () AS is_numbered
      FROM found f
    )
    SELECT j.occurred_at, j.operation, j.schema_name, j.table_name, j.key, j.changed, j.actor, j.place, j.source_position, j.shard, j.stream_offset,
      j.event_id, j.body
    FROM judged j
    ORDER BY j.incarnation NULLS FIRST, j.operation = ''transaction'', CASE WHEN j.is_ordered THEN j.place END,
      CASE WHEN j.is_numbered AND j.operation <> ''transaction'' THEN j.source_position::numeric END, j.occurred_at, j.shard, j.stream_offset'
  USING $1, $2, $3, $4;
END
$$;
COMMENT ON FUNCTION audit.transaction(text, text, timestamptz, timestamptz) IS 'The events of one transaction of a source, in its order where that is known.';

-- What one actor did, oldest first.
CREATE FUNCTION audit.actor_activity(actor text, since timestamptz, until timestamptz, in_source text DEFAULT NULL)
RETURNS TABLE (occurred_at timestamptz, operation text, source text, schema_name text, table_name text, key text, changed text[], transaction_id text,
  event_id uuid, body json)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY EXECUTE
    'SELECT e.occurred_at, e.operation, e.source, e.schema_name, e.table_name, e.key, e.changed, e.transaction_id, e.event_id, e.body '
    || 'FROM audit.event e WHERE left(e.actor, 200) = left($1, 200) AND e.actor = $1 AND e.actor IS NOT NULL AND e.occurred_at >= $2 AND e.occurred_at < $3'
    || CASE WHEN $4 IS NULL THEN '' ELSE ' AND e.source = $4' END
    || ' ORDER BY e.occurred_at, e.shard, e.stream_offset'
  USING $1, $2, $3, $4;
END
$$;
COMMENT ON FUNCTION audit.actor_activity(text, timestamptz, timestamptz, text) IS 'The events that name an actor, in a time.';

-- Which tables there are, by jumps through the index: three look-ups per table and partition, however many events there are.
CREATE FUNCTION audit.tables() RETURNS TABLE (source text, schema_name text, table_name text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  at_source text := (SELECT min(e.source) FROM audit.event e);
  at_schema text;
  at_table text;
BEGIN
  WHILE at_source IS NOT NULL LOOP
    at_schema := (SELECT min(e.schema_name) FROM audit.event e WHERE e.source = at_source);
    WHILE at_schema IS NOT NULL LOOP
      at_table := (SELECT min(e.table_name) FROM audit.event e WHERE e.source = at_source AND e.schema_name = at_schema);
      WHILE at_table IS NOT NULL LOOP
        RETURN QUERY VALUES (at_source, at_schema, at_table);
        at_table := (SELECT min(e.table_name) FROM audit.event e WHERE e.source = at_source AND e.schema_name = at_schema AND e.table_name > at_table);
      END LOOP;
      at_schema := (SELECT min(e.schema_name) FROM audit.event e WHERE e.source = at_source AND e.schema_name > at_schema);
    END LOOP;
    at_table := (SELECT min(e.table_name) FROM audit.event e WHERE e.source = at_source AND e.schema_name IS NULL);
    WHILE at_table IS NOT NULL LOOP
      RETURN QUERY VALUES (at_source, NULL::text, at_table);
      at_table := (SELECT min(e.table_name) FROM audit.event e WHERE e.source = at_source AND e.schema_name IS NULL AND e.table_name > at_table);
    END LOOP;
    at_source := (SELECT min(e.source) FROM audit.event e WHERE e.source > at_source);
  END LOOP;
END
$$;
COMMENT ON FUNCTION audit.tables() IS 'The tables that have events: source, schema, name.';

REVOKE ALL ON FUNCTION audit.readable(json), audit.history(text, text, text, text, timestamptz, timestamptz), audit.overlay(json, jsonb, jsonb, boolean),
  audit.row_at(text, text, text, text, timestamptz), audit.change_in(json, text),
  audit.changes_of(text, timestamptz, timestamptz, text, text, text, text, boolean), audit.transaction_order(json),
  audit.transaction(text, text, timestamptz, timestamptz), audit.actor_activity(text, timestamptz, timestamptz, text), audit.tables() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.readable(json), audit.history(text, text, text, text, timestamptz, timestamptz), audit.overlay(json, jsonb, jsonb, boolean),
  audit.row_at(text, text, text, text, timestamptz), audit.change_in(json, text),
  audit.changes_of(text, timestamptz, timestamptz, text, text, text, text, boolean), audit.transaction_order(json),
  audit.transaction(text, text, timestamptz, timestamptz), audit.actor_activity(text, timestamptz, timestamptz, text), audit.tables() TO audit_reader;
