-- What the connector needs of the source: a table for its signals, the publication, and a login that may do nothing else.
create schema debezium;

-- By rows of this table an operator asks the connector for another snapshot; its rows are bookkeeping and no audit events.
create table debezium.signal (id varchar(42) primary key, type varchar(32) not null, data varchar(2048));

-- Whole schemas: a table that is created later is captured from its first row on. TRUNCATE is published too (the default of "publish").
create publication audited for tables in schema public, debezium;

\getenv password SOURCE_PASSWORD
create role debezium login replication password :'password';
grant usage on schema public, debezium to debezium;
grant select on all tables in schema public, debezium to debezium;
grant insert, delete on debezium.signal to debezium;
-- Tables that are created later: the initial snapshot and every signalled one must be able to read them.
alter default privileges in schema public grant select on tables to debezium;
