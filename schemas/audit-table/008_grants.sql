-- Who may do what. Grants are on the parents only: nobody but the owner reaches a partition directly.
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO audit_writer, audit_reader, audit_dead_letter_reader;

-- The writer adds, and reads what it must compare.
GRANT INSERT ON audit.event, audit.dead_letter, audit.divergence TO audit_writer;
GRANT SELECT (event_id, occurred_at, fact_hash, fact_scheme) ON audit.event TO audit_writer;
GRANT SELECT ON audit.migration, audit.identity, audit.setting, audit.partition TO audit_writer, audit_reader;
GRANT EXECUTE ON FUNCTION audit.ensure_partition(timestamptz), audit.known_events(uuid[], timestamptz[]) TO audit_writer;
GRANT EXECUTE ON FUNCTION audit.self_check() TO audit_writer, audit_reader;

GRANT SELECT ON audit.event, audit.divergence TO audit_reader;
GRANT SELECT (stage, topic, topic_partition, topic_offset, reason, message, recorded_at, stored_at) ON audit.dead_letter TO audit_reader;
GRANT EXECUTE ON FUNCTION audit.history(text, text, text, text), audit.incarnation(json) TO audit_reader;

-- Dead letters hold values that no policy has seen.
GRANT SELECT ON audit.dead_letter TO audit_dead_letter_reader;
