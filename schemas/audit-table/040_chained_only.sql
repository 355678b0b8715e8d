-- A row that names no block is refused: an instance that is older than the chain would write past it, and every later look would call its rows
-- forged. After the row and only for such a row: a trigger before it would make COPY store rows one by one, and this one is not even called.
-- The SQLSTATE is of class 42, so that also a version that does not know it stops and shows the message; it makes no dead letters of its events.
CREATE FUNCTION audit.refuse_unchained() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = '42AU1',
    MESSAGE = format('%I.%I takes rows of blocks only: this writer is older than the chain. Stop it, and start the version that migrated this store.',
      TG_TABLE_SCHEMA, TG_TABLE_NAME);
END
$$;
COMMENT ON FUNCTION audit.refuse_unchained() IS 'Refuses a row that belongs to no block with SQLSTATE 42AU1.';
REVOKE ALL ON FUNCTION audit.refuse_unchained() FROM PUBLIC;

DO $triggers$
DECLARE
  target regclass;
BEGIN
  FOREACH target IN ARRAY ARRAY['audit.event', 'audit.divergence', 'audit.dead_letter']::regclass[] LOOP
    EXECUTE format('CREATE TRIGGER refuse_unchained AFTER INSERT ON %s FOR EACH ROW WHEN (NEW.block IS NULL) EXECUTE FUNCTION audit.refuse_unchained()', target);
  END LOOP;
  -- Partitions have a copy each; older servers do not pass the state of the parent's on to them.
  FOR target IN SELECT t.tgrelid FROM pg_trigger t WHERE t.tgname = 'refuse_unchained' AND t.tgfoid = 'audit.refuse_unchained'::regproc LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_unchained', target);
  END LOOP;
END
$triggers$;
