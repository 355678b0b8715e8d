-- Append-only by trigger, under the grants: whoever gets UPDATE, DELETE or TRUNCATE by mistake is still refused. ENABLE ALWAYS, so that
-- session_replication_role = replica does not switch them off. Each table has triggers of its own: those that a partition inherits vanish at
-- DETACH, and TRUNCATE triggers are not inherited at all.

CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'AU010',
    MESSAGE = format('Audit tables are append-only: %s on %I.%I is refused.', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME);
END
$$;
COMMENT ON FUNCTION audit.refuse_change() IS 'Refuses UPDATE, DELETE and TRUNCATE with SQLSTATE AU010.';

CREATE FUNCTION audit.harden(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target);
  EXECUTE format('CREATE TRIGGER refuse_change_here BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', target);
  EXECUTE format('CREATE TRIGGER refuse_truncate_here BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here', target);
END
$$;
COMMENT ON FUNCTION audit.harden(regclass) IS 'Gives a table append-only triggers of its own.';

-- On the parent under other names: its row trigger is cloned to the partitions, which have one called refuse_change_here already.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_change, ENABLE ALWAYS TRIGGER refuse_truncate;
