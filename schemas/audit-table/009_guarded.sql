-- Which tables are append-only, in one place: audit.self_check goes by it. A migration that adds such a table hardens it (audit.harden) and
-- replaces this function with one that lists it too.

-- Names and not regclass: a table that was dropped must be missed, not skipped.
CREATE FUNCTION audit.guarded() RETURNS TABLE (name text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('audit.event'), ('audit.dead_letter'), ('audit.divergence')
$$;
COMMENT ON FUNCTION audit.guarded() IS 'The append-only tables; the partitions of a partitioned one are guarded with it, also while they are detached.';

-- What is wrong with the store's layers, read from the catalogue; no row: nothing is. Without jit: the planner overestimates what comes out of the
-- catalogue's functions, and compiling takes a hundred times as long as running.
CREATE OR REPLACE FUNCTION audit.self_check() RETURNS TABLE (object text, problem text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET jit = off AS $$
  -- Each of the first two is asked for many times and made once: with hundreds of partitions they are looked up by name.
  WITH listed AS MATERIALIZED (
    SELECT p.name, p.valid_from, p.valid_to, p.retired_at, to_regclass(format('audit.%I', p.name))::oid AS oid FROM audit.partition p
  ), guarded AS MATERIALIZED (
    SELECT c.oid, c.oid::regclass::text AS name, c.relowner, c.relacl, c.relrowsecurity, c.relispartition, c.relpersistence,
      c.relkind, pg_get_expr(c.relpartbound, c.oid) AS bounds
    FROM (
      SELECT t.relid::oid AS oid FROM audit.guarded() g CROSS JOIN LATERAL pg_partition_tree(to_regclass(g.name)) t
      UNION SELECT to_regclass(g.name)::oid FROM audit.guarded() g
      -- Out of the parent, and still evidence.
      UNION SELECT l.oid FROM listed l
    ) o JOIN pg_class c ON c.oid = o.oid
  ), wanted (kind, mask, title) AS (
    -- pg_trigger.tgtype: 1 row, 2 before, 8 delete, 16 update, 32 truncate.
    VALUES ('row', 1 + 2 + 8 + 16, 'UPDATE and DELETE'), ('statement', 2 + 32, 'TRUNCATE')
  ), bookkeeping AS (
    SELECT c.oid, c.oid::regclass::text AS name, c.relowner, c.relacl FROM pg_class c
    WHERE c.oid IN ('audit.migration'::regclass, 'audit.setting'::regclass, 'audit.identity'::regclass, 'audit.partition'::regclass)
  )
  SELECT g.name, 'it is missing' FROM audit.guarded() g WHERE to_regclass(g.name) IS NULL
  UNION ALL
  SELECT g.name, format('no trigger of its own, enabled always, refuses %s', w.title)
  FROM guarded g CROSS JOIN wanted w
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = g.oid AND t.tgtype = w.mask AND t.tgenabled = 'A' AND t.tgparentid = 0 AND t.tgqual IS NULL
      AND t.tgfoid = 'audit.refuse_change'::regproc)
  UNION ALL
  SELECT g.name, format('%s has %s on it', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type)
  FROM guarded g CROSS JOIN LATERAL aclexplode(g.relacl) a
  WHERE a.grantee <> g.relowner AND (g.relispartition OR a.privilege_type NOT IN ('SELECT', 'INSERT'))
  UNION ALL
  SELECT g.name, format('%s may %s column %s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, c.attname)
  FROM guarded g JOIN pg_attribute c ON c.attrelid = g.oid CROSS JOIN LATERAL aclexplode(c.attacl) a
  WHERE a.grantee <> g.relowner AND (g.relispartition OR a.privilege_type <> 'SELECT')
  UNION ALL
  SELECT b.name, format('%s has %s on it', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type)
  FROM bookkeeping b CROSS JOIN LATERAL aclexplode(b.relacl) a
  WHERE a.grantee <> b.relowner AND a.privilege_type <> 'SELECT'
  UNION ALL
  SELECT n.name, format('it belongs to %s instead of audit_owner', pg_get_userbyid(n.relowner))
  FROM (SELECT g.name, g.relowner FROM guarded g UNION ALL SELECT b.name, b.relowner FROM bookkeeping b) n
  WHERE pg_get_userbyid(n.relowner) <> 'audit_owner'
  UNION ALL
  SELECT p.oid::regprocedure::text, format('it belongs to %s instead of audit_owner', pg_get_userbyid(p.proowner))
  FROM pg_proc p WHERE p.pronamespace = 'audit'::regnamespace AND pg_get_userbyid(p.proowner) <> 'audit_owner'
  UNION ALL
  SELECT g.name, 'it has row-level security, which hides rows' FROM guarded g WHERE g.relrowsecurity
  UNION ALL
  SELECT g.name, 'it has rules, which may redirect what is written' FROM guarded g WHERE EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = g.oid)
  UNION ALL
  SELECT g.name, 'it is not logged: a crash empties it' FROM guarded g WHERE g.relpersistence <> 'p'
  UNION ALL
  SELECT g.name, 'it has no primary key: the same event could be stored twice' FROM guarded g
  WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = g.oid AND i.indisprimary)
  UNION ALL
  SELECT g.name, format('trigger %s may change or drop what is inserted', t.tgname)
  FROM guarded g JOIN pg_trigger t ON t.tgrelid = g.oid
  WHERE NOT t.tgisinternal AND t.tgfoid <> 'audit.refuse_change'::regproc
  UNION ALL
  SELECT 'audit.refuse_change', 'it does not refuse' FROM pg_proc p
  WHERE p.oid = 'audit.refuse_change'::regproc AND (p.prosrc NOT LIKE '%RAISE EXCEPTION%' OR p.prosrc ~* 'RETURN|EXCEPTION\s+WHEN')
  UNION ALL
  SELECT g.name, 'it is a DEFAULT partition' FROM guarded g
  JOIN pg_partitioned_table t ON t.partrelid = 'audit.event'::regclass AND t.partdefid = g.oid
  UNION ALL
  SELECT 'audit.' || l.name, 'audit.partition lists it and it is not a partition of audit.event'
  FROM listed l LEFT JOIN guarded g ON g.oid = l.oid AND g.relispartition
  WHERE l.retired_at IS NULL AND g.oid IS NULL
  UNION ALL
  SELECT g.name, 'audit.partition does not list it' FROM guarded g LEFT JOIN listed l ON l.oid = g.oid AND l.retired_at IS NULL
  WHERE g.relispartition AND l.oid IS NULL
  UNION ALL
  SELECT g.name, 'its range is not the one in audit.partition' FROM guarded g
  JOIN listed l ON l.oid = g.oid AND l.retired_at IS NULL
  WHERE g.relispartition AND g.bounds <> 'DEFAULT' AND g.bounds <> format('FOR VALUES FROM (%L) TO (%L)', l.valid_from, l.valid_to)
  UNION ALL
  SELECT i.indexrelid::regclass::text, 'the index is not valid' FROM guarded g JOIN pg_index i ON i.indrelid = g.oid WHERE NOT i.indisvalid
  UNION ALL
  SELECT 'audit_owner', 'the owner can log in, or is a superuser' FROM pg_roles r
  WHERE r.rolname = 'audit_owner' AND (r.rolcanlogin OR r.rolsuper)
  UNION ALL
  SELECT session_user::text, 'this login is a superuser or a member of audit_owner: it can switch every layer off' FROM pg_roles r
  WHERE r.rolname = session_user AND (r.rolsuper OR pg_has_role(session_user, 'audit_owner', 'MEMBER'))
$$;

REVOKE ALL ON FUNCTION audit.guarded() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.guarded() TO audit_writer, audit_reader;
