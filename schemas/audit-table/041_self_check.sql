-- The check of the layers as before, and: the grants on the heads of chains, functions (who may execute them, and in which search_path), the schema,
-- the group roles, and the refusal of rows that belong to no block.
-- Without jit: the planner overestimates what comes out of the catalogue's functions, and compiling takes a hundred times as long as running.
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
  ), bookkeeping AS MATERIALIZED (
    SELECT n.name, c.oid, c.relowner, c.relacl, c.relrowsecurity, c.relpersistence
    FROM (VALUES ('audit.migration'), ('audit.setting'), ('audit.identity'), ('audit.partition'), ('audit.chain_head')) n (name)
    LEFT JOIN pg_class c ON c.oid = to_regclass(n.name)
  ), functions AS MATERIALIZED (
    SELECT p.oid, p.oid::regprocedure::text AS name, p.proowner, p.prosecdef, p.proconfig, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
    FROM pg_proc p WHERE p.pronamespace = 'audit'::regnamespace
  ), known AS (
    -- What refuses; where one was dropped, its triggers are missed below.
    SELECT p.oid FROM pg_proc p WHERE p.oid IN (to_regproc('audit.refuse_change'), to_regproc('audit.refuse_unchained'))
  ), group_roles AS (
    SELECT r.oid, r.rolname::text AS name, r.rolsuper, r.rolcreaterole FROM pg_roles r
    WHERE r.rolname IN ('audit_writer', 'audit_reader', 'audit_dead_letter_reader')
  )
  SELECT g.name, 'it is missing' FROM audit.guarded() g WHERE to_regclass(g.name) IS NULL
  UNION ALL
  SELECT b.name, 'it is missing' FROM bookkeeping b WHERE b.oid IS NULL
  UNION ALL
  SELECT g.name, format('no trigger of its own, enabled always, refuses %s', w.title)
  FROM guarded g CROSS JOIN wanted w
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = g.oid AND t.tgtype = w.mask AND t.tgenabled = 'A' AND t.tgparentid = 0 AND t.tgqual IS NULL
      AND t.tgfoid = to_regproc('audit.refuse_change'))
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
  -- Of all of them the writer may change where a chain ends, and nothing else; audit.claim_shard does the rest of it.
  SELECT b.name, format('%s may %s column %s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, c.attname)
  FROM bookkeeping b JOIN pg_attribute c ON c.attrelid = b.oid CROSS JOIN LATERAL aclexplode(c.attacl) a
  WHERE a.grantee <> b.relowner AND a.privilege_type <> 'SELECT'
    AND NOT (b.name = 'audit.chain_head' AND c.attname IN ('number', 'hash') AND a.privilege_type = 'UPDATE'
      AND a.grantee = (SELECT r.oid FROM group_roles r WHERE r.name = 'audit_writer'))
  UNION ALL
  SELECT b.name, 'it has row-level security, which hides rows' FROM bookkeeping b WHERE b.relrowsecurity
  UNION ALL
  SELECT b.name, 'it has rules, which may redirect what is written' FROM bookkeeping b WHERE EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = b.oid)
  UNION ALL
  SELECT b.name, 'it is not logged: a crash empties it' FROM bookkeeping b WHERE b.relpersistence <> 'p'
  UNION ALL
  SELECT b.name, format('trigger %s may change or drop what is written', t.tgname)
  FROM bookkeeping b JOIN pg_trigger t ON t.tgrelid = b.oid
  WHERE NOT t.tgisinternal AND t.tgfoid NOT IN (SELECT k.oid FROM known k)
  UNION ALL
  SELECT n.name, format('it belongs to %s instead of audit_owner', pg_get_userbyid(n.relowner))
  FROM (SELECT g.name, g.relowner FROM guarded g UNION ALL SELECT b.name, b.relowner FROM bookkeeping b) n
  WHERE pg_get_userbyid(n.relowner) <> 'audit_owner'
  UNION ALL
  SELECT f.name, format('it belongs to %s instead of audit_owner', pg_get_userbyid(f.proowner))
  FROM functions f WHERE pg_get_userbyid(f.proowner) <> 'audit_owner'
  UNION ALL
  -- Without it, names in a function mean what its caller wants them to.
  SELECT f.name, 'its search_path is not fixed to pg_catalog, pg_temp' FROM functions f
  WHERE NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (f.proconfig), false)
  UNION ALL
  SELECT f.name, format('%s may execute it%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END,
    CASE WHEN f.prosecdef THEN ', with its owner''s rights' ELSE '' END)
  FROM functions f CROSS JOIN LATERAL aclexplode(f.acl) a
  WHERE a.grantee <> f.proowner AND (a.grantee = 0 OR (f.prosecdef AND a.grantee NOT IN (SELECT r.oid FROM group_roles r)))
  UNION ALL
  SELECT 'schema audit', format('it belongs to %s instead of audit_owner', pg_get_userbyid(n.nspowner))
  FROM pg_namespace n WHERE n.nspname = 'audit' AND pg_get_userbyid(n.nspowner) <> 'audit_owner'
  UNION ALL
  SELECT 'schema audit', format('%s may make objects in it', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END)
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
  WHERE n.nspname = 'audit' AND a.grantee <> n.nspowner AND a.privilege_type = 'CREATE'
  UNION ALL
  SELECT r.name, 'the role is a superuser, may make roles, or is a member of audit_owner' FROM group_roles r
  WHERE r.rolsuper OR r.rolcreaterole OR pg_has_role(r.oid, 'audit_owner', 'MEMBER')
  UNION ALL
  SELECT w.name, 'no trigger, enabled always, refuses rows that belong to no block'
  FROM (VALUES ('audit.event'), ('audit.divergence'), ('audit.dead_letter')) w (name)
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = to_regclass(w.name) AND t.tgtype = 1 + 4 AND t.tgenabled = 'A' AND t.tgparentid = 0
      AND t.tgfoid = to_regproc('audit.refuse_unchained') AND pg_get_triggerdef(t.oid) LIKE '% WHEN ((new.block IS NULL)) %')
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
  WHERE NOT t.tgisinternal AND t.tgfoid NOT IN (SELECT k.oid FROM known k)
  UNION ALL
  SELECT p.oid::regproc::text, 'it does not refuse' FROM pg_proc p
  WHERE p.oid IN (SELECT k.oid FROM known k)
    AND (p.prosrc NOT LIKE '%RAISE EXCEPTION%' OR p.prosrc ~* 'RETURN|EXCEPTION\s+WHEN')
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
  UNION ALL
  SELECT session_user::text, format('this login is a member of %s, which reaches past the grants', g.rolname) FROM pg_roles r JOIN pg_roles g
    ON g.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
  WHERE r.rolname = session_user AND NOT r.rolsuper AND pg_has_role(r.oid, g.oid, 'MEMBER')
$$;
