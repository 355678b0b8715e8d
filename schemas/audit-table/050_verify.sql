-- What verify asks for.

-- As before, but for a time that is no number (an infinite one, which no writer stores): -2, which the stored hash does not fit.
CREATE OR REPLACE FUNCTION audit.dead_letter_leaves(shard integer, from_block bigint, to_block bigint)
RETURNS TABLE (block bigint, stage text, topic text, topic_partition integer, topic_offset bigint, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.block, d.stage, d.topic, d.topic_partition, d.topic_offset, sha256('\x00'::bytea || convert_to('dead-letter', 'UTF8') || '\x00'::bytea
    || int4send(coalesce(octet_length(d.salt), -1)) || coalesce(d.salt, '')
    || int4send(octet_length(convert_to(d.stage, 'UTF8'))) || convert_to(d.stage, 'UTF8')
    || int4send(octet_length(convert_to(d.topic, 'UTF8'))) || convert_to(d.topic, 'UTF8')
    || int4send(octet_length(convert_to(d.reason, 'UTF8'))) || convert_to(d.reason, 'UTF8')
    || int4send(octet_length(convert_to(d.message, 'UTF8'))) || convert_to(d.message, 'UTF8')
    || int4send(d.topic_partition) || int8send(d.topic_offset)
    || int8send(CASE WHEN d.recorded_at IS NULL THEN -1 WHEN isfinite(d.recorded_at) THEN (extract(epoch FROM d.recorded_at) * 1000)::bigint ELSE -2 END)
    || int4send(coalesce(octet_length(d.record_key), -1)) || coalesce(d.record_key, '')
    || int4send(coalesce(octet_length(d.record_value), -1)) || coalesce(d.record_value, '')
    || int4send(octet_length(convert_to(d.headers::text, 'UTF8'))) || convert_to(d.headers::text, 'UTF8'))
  FROM audit.dead_letter d
  WHERE d.shard = dead_letter_leaves.shard AND d.block BETWEEN from_block AND to_block
$$;

-- Which of these events became dead letters after they were made: refused by the sink or by the store. A header names them; it is looked for in the
-- text, because json functions fail where another header has \u0000 in its name.
CREATE FUNCTION audit.refused_events(uids bytea[]) RETURNS TABLE (event_uid bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT u.uid
  FROM audit.dead_letter d
  JOIN unnest(uids) AS u (uid) ON position('"' || translate(encode(convert_to(encode(u.uid, 'hex'), 'UTF8'), 'base64'), E'\n', '') || '"' IN d.headers::text) > 0
  WHERE d.stage IN ('sink', 'store')
$$;
COMMENT ON FUNCTION audit.refused_events(bytea[]) IS 'For verify: which of these events (event_uid) the sink or the store refused.';

REVOKE ALL ON FUNCTION audit.refused_events(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.refused_events(bytea[]) TO audit_reader;
GRANT EXECUTE ON FUNCTION audit.known_events(uuid[], timestamptz[]) TO audit_reader;
COMMENT ON FUNCTION audit.known_events(uuid[], timestamptz[]) IS 'For the writer, and for verify: the ordinals (from 1) of the given ids that are stored, with their facts.';
