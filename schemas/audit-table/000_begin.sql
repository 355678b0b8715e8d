-- Runs first in every migration and is not recorded: the roles, the schema, and becoming their owner for the rest of the transaction.
-- Works without a superuser (Aurora, RDS): the login needs CREATEROLE, or somebody makes the four roles before and this login a member of audit_owner.
-- It also needs CREATE on the database. A membership in audit_owner that is granted here is taken back in 999_end.sql.
DO $begin$
DECLARE
  role_name text;
  membership text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['audit_owner', 'audit_writer', 'audit_reader', 'audit_dead_letter_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN
          NULL; -- a migration of another database of this server made it meanwhile: roles are the server's
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = format('Role %s is missing and login %s may not create roles: migrate with a login that has CREATEROLE '
              '(Postgres:OwnerConnectionString), or have an administrator run: CREATE ROLE %s NOLOGIN', role_name, current_user, role_name);
      END;
    END IF;
  END LOOP;

  IF NOT pg_has_role(current_user, 'audit_owner', membership) THEN
    BEGIN
      EXECUTE format('GRANT audit_owner TO %I', current_user);
      PERFORM set_config('audit.owner_granted', 'yes', true);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = format('Login %s is not a member of audit_owner and may not become one: migrate with a login that may '
          '(Postgres:OwnerConnectionString). Only if it is not the service''s login, have an administrator run: GRANT audit_owner TO %I',
          current_user, current_user);
    END;
  END IF;

  IF to_regnamespace('audit') IS NULL THEN
    BEGIN
      CREATE SCHEMA audit AUTHORIZATION audit_owner;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = format('Login %s may not create a schema here: have an administrator run: GRANT CREATE ON DATABASE %I TO %I',
          current_user, current_database(), current_user);
    END;
  ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'audit' AND pg_catalog.pg_get_userbyid(nspowner) = 'audit_owner') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_schema_name',
      MESSAGE = 'Schema audit is there and does not belong to audit_owner: it was made by something else. Use another database.';
  END IF;
END
$begin$;

SET LOCAL ROLE audit_owner;
SET LOCAL search_path = pg_catalog, pg_temp;
