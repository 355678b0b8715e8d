-- Partitions of audit.event by range of occurred_at, made on demand.

CREATE TABLE audit.partition (
  valid_from timestamptz PRIMARY KEY,
  valid_to timestamptz NOT NULL,
  name text NOT NULL UNIQUE,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamptz,
  CHECK (valid_from < valid_to)
);
COMMENT ON TABLE audit.partition IS 'The ranges of audit.event; a retired range is gone from the table and takes no rows any more.';

-- SQLSTATEs: AU001 the instant is out of bounds, AU002 there are too many partitions, AU003 its range is retired.
-- Called in a short transaction of its own, before the batch: two batches that make partitions inside themselves wait for each other in a circle.
-- ATTACH takes SHARE UPDATE EXCLUSIVE on audit.event, which lets writers and readers go on; CREATE TABLE … PARTITION OF would stop them.
CREATE FUNCTION audit.ensure_partition(instant timestamptz, OUT name text, OUT valid_from timestamptz, OUT valid_to timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = '30s' AS $$
DECLARE
  found_range audit.partition;
  unit text := (SELECT s.value FROM audit.setting s WHERE s.name = 'partition_unit');
  back interval := (SELECT s.value::interval FROM audit.setting s WHERE s.name = 'partition_back');
  ahead interval := (SELECT s.value::interval FROM audit.setting s WHERE s.name = 'partition_ahead');
  most integer := (SELECT s.value::integer FROM audit.setting s WHERE s.name = 'partition_limit');
BEGIN
  FOR pass IN 1..2 LOOP
    SELECT p.* INTO found_range FROM audit.partition p WHERE p.valid_from <= instant AND instant < p.valid_to;
    IF FOUND THEN
      IF found_range.retired_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'AU003', MESSAGE = format('The range of partition %s is retired.', found_range.name);
      END IF;
      name := found_range.name;
      valid_from := found_range.valid_from;
      valid_to := found_range.valid_to;
      RETURN;
    END IF;
    IF pass = 1 THEN
      IF instant IS NULL OR instant < clock_timestamp() - back OR instant > clock_timestamp() + ahead THEN
        RAISE EXCEPTION USING ERRCODE = 'AU001',
          MESSAGE = format('The instant is out of bounds: partitions reach from %s back to %s ahead (audit.setting).', back, ahead);
      END IF;
      -- One at a time; who waited finds the partition in the second pass.
      PERFORM pg_advisory_xact_lock(7165901542230091122);
    END IF;
  END LOOP;

  IF (SELECT count(*) FROM audit.partition p WHERE p.retired_at IS NULL) >= most THEN
    RAISE EXCEPTION USING ERRCODE = 'AU002',
      MESSAGE = format('audit.event has %s partitions, which is the limit (audit.setting partition_limit).', most);
  END IF;

  -- Cut to the neighbours: after a change of partition_unit a new range must not overlap an old one.
  valid_from := greatest(date_trunc(unit, instant), (SELECT max(p.valid_to) FROM audit.partition p WHERE p.valid_to <= instant));
  valid_to := least(date_trunc(unit, instant) + ('1 ' || unit)::interval, (SELECT min(p.valid_from) FROM audit.partition p WHERE p.valid_from > instant));
  name := 'event_' || to_char(valid_from, 'YYYYMMDD');
  EXECUTE format('CREATE TABLE audit.%I (LIKE audit.event INCLUDING ALL)', name);
  PERFORM audit.harden(format('audit.%I', name)::regclass);
  EXECUTE format('ALTER TABLE audit.event ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)', name, valid_from, valid_to);
  INSERT INTO audit.partition (valid_from, valid_to, name) VALUES (ensure_partition.valid_from, ensure_partition.valid_to, ensure_partition.name);
END
$$;
COMMENT ON FUNCTION audit.ensure_partition(timestamptz) IS 'Makes the partition of audit.event that an instant belongs to, unless it is there.';
