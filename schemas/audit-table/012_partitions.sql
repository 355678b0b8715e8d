-- Partitions by hour, day, week, month or year.

UPDATE audit.setting SET meaning = 'How long a new partition of audit.event is: hour, day, week (from Monday), month or year (UTC).' WHERE name = 'partition_unit';
UPDATE audit.setting SET meaning = 'How many partitions there may be at most. Of hours or days you need more than of months.' WHERE name = 'partition_limit';

-- As before, and for every unit. SQLSTATEs: AU001 the instant is out of bounds, AU002 there are too many partitions, AU003 its range is retired,
-- AU004 a setting cannot be used.
CREATE OR REPLACE FUNCTION audit.ensure_partition(instant timestamptz, OUT name text, OUT valid_from timestamptz, OUT valid_to timestamptz)
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

  IF unit IS NULL OR unit NOT IN ('hour', 'day', 'week', 'month', 'year') THEN
    RAISE EXCEPTION USING ERRCODE = 'AU004', MESSAGE = format('audit.setting partition_unit is %s: it must be hour, day, week, month or year.', unit);
  END IF;
  IF (SELECT count(*) FROM audit.partition p WHERE p.retired_at IS NULL) >= most THEN
    RAISE EXCEPTION USING ERRCODE = 'AU002',
      MESSAGE = format('audit.event has %s partitions, which is the limit (audit.setting partition_limit).', most);
  END IF;

  -- Cut to the neighbours: after a change of partition_unit a new range must not overlap an old one.
  valid_from := greatest(date_trunc(unit, instant), (SELECT max(p.valid_to) FROM audit.partition p WHERE p.valid_to <= instant));
  valid_to := least(date_trunc(unit, instant) + ('1 ' || unit)::interval, (SELECT min(p.valid_from) FROM audit.partition p WHERE p.valid_from > instant));
  -- All ranges begin at a full hour, and no two at the same.
  name := 'event_' || to_char(valid_from, CASE WHEN unit = 'hour' OR valid_from <> date_trunc('day', valid_from) THEN 'YYYYMMDD_HH24' ELSE 'YYYYMMDD' END);
  EXECUTE format('CREATE TABLE audit.%I (LIKE audit.event INCLUDING ALL)', name);
  PERFORM audit.harden(format('audit.%I', name)::regclass);
  EXECUTE format('ALTER TABLE audit.event ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)', name, valid_from, valid_to);
  INSERT INTO audit.partition (valid_from, valid_to, name) VALUES (ensure_partition.valid_from, ensure_partition.valid_to, ensure_partition.name);
END
$$;

-- The partition that the newest events will go to before long, so that no batch has to wait for it.
CREATE FUNCTION audit.ensure_partition_ahead() RETURNS text
LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.name FROM audit.ensure_partition(clock_timestamp() + least((SELECT s.value::interval FROM audit.setting s WHERE s.name = 'partition_ahead'), interval '1 hour')) p
$$;
COMMENT ON FUNCTION audit.ensure_partition_ahead() IS 'Makes the partition of an hour from now, unless it is there.';

REVOKE ALL ON FUNCTION audit.ensure_partition_ahead() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.ensure_partition_ahead() TO audit_writer;
