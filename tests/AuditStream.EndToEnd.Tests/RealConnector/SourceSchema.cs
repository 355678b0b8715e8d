namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>The source: tables of every replica identity that a connector can publish, over the common column types, and the triggers that write
/// what was done where the connector does not look.</summary>
internal static class SourceSchema
{
    internal const string Publication = "audited";

    /// <summary>Tables whose before-images are whole (<c>REPLICA IDENTITY FULL</c>).</summary>
    internal static readonly string[] FullTables = ["accounts", "holdings", "measures", "journal", "evolving", "staging"];

    /// <summary>Tables whose before-images hold the key at most.</summary>
    internal static readonly string[] DefaultTables = ["profiles", "slim_measures", "Order Lines"];

    /// <summary>Each table's key columns, in code-unit order; none for a table without a key.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Keys = new Dictionary<string, string[]>
    {
        ["accounts"] = ["id"],
        ["holdings"] = ["account_id", "asset"],
        ["measures"] = ["id"],
        ["journal"] = [],
        ["evolving"] = ["id"],
        ["staging"] = ["id"],
        ["profiles"] = ["id"],
        ["slim_measures"] = ["id"],
        ["Order Lines"] = ["Line", "Order No"],
    };

    internal const string Tables = """
        create extension hstore;
        create extension citext;
        create schema app;
        create type app.mood as enum ('sad', 'ok', 'happy');
        create table app.accounts (
            id int primary key, owner text not null, balance numeric(14,2) not null default 0, opened date default '2020-01-01',
            active boolean not null default true, note text default 'none', updated timestamptz);
        create table app.holdings (
            account_id int, asset varchar(12), quantity numeric, price money, bought timestamp(3), primary key (account_id, asset));
        create table app.measures (
            id uuid primary key, small smallint, normal int not null default 7, big bigint, single real, twofold double precision,
            exact numeric(20,5), loose numeric, cash money, fixed char(6), bounded varchar(20), free text default 'none', folded citext,
            flag boolean default true, day date, clock time, clock_ms time(3), clock_zone timetz, stamp_ms timestamp(3), stamp timestamp,
            instant timestamptz, span interval, doc json, docb jsonb, raw bytea, ints int[], bigs bigint[], texts text[], exacts numeric(10,2)[],
            mood app.mood default 'ok', address inet, network cidr, hardware macaddr, pairs hstore, bit_one bit(1), bit_eight bit(8));
        create table app.slim_measures (like app.measures including all);
        create table app.profiles (
            id bigint primary key, name text not null, bio text, avatar bytea, tags text[] not null default '{}', settings jsonb, visits int not null);
        create table app.journal (at timestamptz, line text, amount numeric(10,3));
        create table app.evolving (id int primary key, first text, count int);
        create table app.staging (id int primary key, payload text);
        create table app."Order Lines" ("Order No" int, "Line" smallint, "Größe" varchar(10), quantity int not null, primary key ("Order No", "Line"));
        alter table app.accounts replica identity full;
        alter table app.holdings replica identity full;
        alter table app.measures replica identity full;
        alter table app.journal replica identity full;
        alter table app.evolving replica identity full;
        alter table app.staging replica identity full;
        alter table app.profiles alter bio set storage external, alter avatar set storage external, alter settings set storage external;
        """;

    /// <summary>Rows that are there before the connector starts.</summary>
    internal const string FirstRows = """
        insert into app.accounts select n, 'owner ' || n, n * 10.5, date '2020-01-01' + n, n % 3 > 0, case when n % 4 = 0 then null else 'note' end,
            timestamptz '2024-05-06 07:08:09.123456+00' + n * interval '1 hour' from generate_series(1, 40) n;
        insert into app.holdings select n % 7, 'ASSET' || n, n * 1.250, n::text::money,
            timestamp '2024-01-01' + n * interval '1.5 s' from generate_series(1, 30) n;
        insert into app.profiles select n, 'name ' || n, (select string_agg(md5(n || '-' || k), '') from generate_series(1, 100) k),
            decode(md5(n::text), 'hex'), array['tag', n::text], '{"theme": "dark"}', 0 from generate_series(1, 25) n;
        insert into app.journal select timestamptz '2024-02-03 04:05:06+00', 'line ' || (n % 5), n * 0.125 from generate_series(1, 10) n;
        insert into app.evolving select n, 'first ' || n, n from generate_series(1, 15) n;
        insert into app."Order Lines" select n, n % 3, 'Größe ' || n % 9, n from generate_series(1, 20) n;
        """;

    /// <summary>What was done, in the order in which it was done; rolled-back work leaves with its transaction. Not published.</summary>
    internal const string Truth = """
        create schema truth;
        create table truth.log (
            seq bigint generated always as identity primary key, txid bigint not null, table_name text not null, op text not null,
            types json, old json, new json);
        create function truth.types_of(relation oid) returns json language sql set search_path = pg_catalog as $$
            select json_object_agg(attname, format_type(atttypid, atttypmod)) from pg_attribute
            where attrelid = relation and attnum > 0 and not attisdropped $$;
        create function truth.changed() returns trigger language plpgsql
            set search_path = pg_catalog set timezone = 'UTC' set intervalstyle = 'iso_8601' set datestyle = 'ISO' as $$
            begin
                insert into truth.log (txid, table_name, op, types, old, new) values (
                    pg_current_xact_id()::text::bigint, tg_table_name, lower(tg_op), truth.types_of(tg_relid),
                    case when tg_op in ('UPDATE', 'DELETE') then row_to_json(old) end, case when tg_op in ('INSERT', 'UPDATE') then row_to_json(new) end);
                return null;
            end $$;
        create function truth.emptied() returns trigger language plpgsql as $$
            begin
                insert into truth.log (txid, table_name, op) values (pg_current_xact_id()::text::bigint, tg_table_name, 'truncate');
                return null;
            end $$;
        create function truth.say(prefix text, content text) returns void language plpgsql as $$
            begin
                perform pg_logical_emit_message(true, prefix, content);
                insert into truth.log (txid, table_name, op, new) values (pg_current_xact_id()::text::bigint, '', 'message', to_json(content));
            end $$;
        create function truth.watch() returns void language plpgsql
            set search_path = pg_catalog set timezone = 'UTC' set intervalstyle = 'iso_8601' set datestyle = 'ISO' as $$
            declare t record;
            begin
                for t in select oid, relname from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r' loop
                    execute format('insert into truth.log (txid, table_name, op, types, new) select 0, %L, ''snapshot'', %L, row_to_json(r) from app.%I r',
                        t.relname, truth.types_of(t.oid), t.relname);
                    execute format('create trigger truth_rows after insert or update or delete on app.%I for each row execute function truth.changed()',
                        t.relname);
                    execute format('create trigger truth_truncate after truncate on app.%I for each statement execute function truth.emptied()',
                        t.relname);
                end loop;
            end $$;
        select truth.watch();
        create schema debezium;
        create table debezium.signal (id varchar(42) primary key, type varchar(32) not null, data varchar(2048));
        create publication audited for tables in schema app, debezium;
        """;
}
