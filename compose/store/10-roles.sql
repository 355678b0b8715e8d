-- The logins of the audit store. "auditstream migrate" makes everything else; with these roles here it needs no right to create roles.
create role audit_owner nologin;
create role audit_writer nologin;
create role audit_reader nologin;
create role audit_dead_letter_reader nologin;

\getenv migrator_password MIGRATOR_PASSWORD
\getenv writer_password WRITER_PASSWORD
\getenv auditor_password AUDITOR_PASSWORD

-- Makes the schema, and is used for nothing else.
create role migrator login password :'migrator_password' in role audit_owner;
select format('grant create on database %I to migrator', current_database()) \gexec

-- The service: may insert, and read what it must compare.
create role auditstream login password :'writer_password' in role audit_writer;

-- People: may read events, and of refused records everything but their bytes.
create role auditor login password :'auditor_password' in role audit_reader;
