-- Runs last in every migration and is not recorded: gives back what 000_begin.sql took.
RESET ROLE;
DO $end$
BEGIN
  IF current_setting('audit.owner_granted', true) = 'yes' THEN
    EXECUTE format('REVOKE audit_owner FROM %I', current_user);
  END IF;
END
$end$;
