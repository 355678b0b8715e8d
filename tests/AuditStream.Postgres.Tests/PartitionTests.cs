using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class PartitionTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_partition_is_a_month_in_utc()
    {
        (await EnsureAsync("2025-12-31 23:59:59.999999Z")).ShouldBe("event_20251201 2025-12-01 00:00:00+00 2026-01-01 00:00:00+00");
        (await EnsureAsync("2025-12-31 23:59:59.999999Z")).ShouldBe("event_20251201 2025-12-01 00:00:00+00 2026-01-01 00:00:00+00");
        (await EnsureAsync("2026-01-01 00:00:00Z")).ShouldBe("event_20260101 2026-01-01 00:00:00+00 2026-02-01 00:00:00+00");
        // The session's zone has no say in it.
        (await database.AskAsync<string>("SELECT set_config('timezone', 'Pacific/Kiritimati', false)")).ShouldNotBeEmpty();
        (await database.AskAsync<string>("SELECT name FROM audit.ensure_partition('2026-01-31 23:00:00Z')")).ShouldBe("event_20260101");
        (await database.AskAsync<string>("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'event_20260101'"))
            .ShouldBe("FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00')");
    }

    [PostgresFact]
    public async Task Two_writers_make_one_partition()
    {
        for (var year = 2010; year < 2020; year++)
        {
            await using var first = new TestStore(database.Writer);
            await using var second = new TestStore(database.Writer);
            var instant = new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            var results = await Task.WhenAll(
                first.Store.WriteAsync(Rows.Batch(Enumerable.Range(0, 50).Select(number => Rows.Row(number, instant + number))), None),
                second.Store.WriteAsync(Rows.Batch(Enumerable.Range(50, 50).Select(number => Rows.Row(number, instant + number) with { Shard = 4 })), None));
            results.Sum(result => result.Inserted).ShouldBe(100);
        }
        (await database.AskAsync<long>("SELECT count(*) FROM audit.partition WHERE name LIKE 'event_201_0601'")).ShouldBe(10);
        (await database.AskAsync<long>("SELECT count(*) FROM audit.self_check() WHERE object LIKE 'audit.%'")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_writer_goes_on_while_a_partition_is_made()
    {
        // A batch that is under way holds its lock on the parent; making a partition must not wait for it.
        await using var connection = new Npgsql.NpgsqlConnection(database.Server.Server.ConnectionString(database.Name) + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new Npgsql.NpgsqlCommand("LOCK TABLE audit.event IN ROW EXCLUSIVE MODE", connection))
            _ = await insert.ExecuteNonQueryAsync();
        await using var store = new TestStore(database.Writer with { CommandTimeoutSeconds = 10 });
        var instant = new DateTimeOffset(2009, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        (await store.Store.WriteAsync(Rows.Batch(Rows.Row(9, instant)), None)).Inserted.ShouldBe(1);
    }

    [PostgresFact]
    public async Task The_number_of_partitions_is_bounded_and_the_limit_is_systemic()
    {
        await database.ExecuteAsync("UPDATE audit.setting SET value = (SELECT count(*) FROM audit.partition) WHERE name = 'partition_limit'");
        try
        {
            await using var store = new TestStore(database.Writer);
            var instant = new DateTimeOffset(2008, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            var error = await Should.ThrowAsync<Core.Sink.StoreException>(() => store.Store.WriteAsync(Rows.Batch(Rows.Row(8, instant)), None));
            error.ErrorClass.ShouldBe(Core.Sink.StoreErrorClass.Systemic);
            error.Code.ShouldBe("AU002");
            error.Message.ShouldContain("partition_limit");
        }
        finally
        {
            await database.ExecuteAsync("UPDATE audit.setting SET value = '600' WHERE name = 'partition_limit'");
        }
    }

    [PostgresFact]
    public async Task A_changed_unit_does_not_overlap_older_ranges()
    {
        await database.ExecuteAsync("UPDATE audit.setting SET value = 'day' WHERE name = 'partition_unit'");
        try
        {
            (await EnsureAsync("2022-03-15 12:00:00Z")).ShouldBe("event_20220315 2022-03-15 00:00:00+00 2022-03-16 00:00:00+00");
            (await EnsureAsync("2022-03-20 12:00:00Z")).ShouldBe("event_20220320 2022-03-20 00:00:00+00 2022-03-21 00:00:00+00");
        }
        finally
        {
            await database.ExecuteAsync("UPDATE audit.setting SET value = 'month' WHERE name = 'partition_unit'");
        }
        (await EnsureAsync("2022-03-01 00:00:00Z")).ShouldBe("event_20220301 2022-03-01 00:00:00+00 2022-03-15 00:00:00+00");
        (await EnsureAsync("2022-03-17 00:00:00Z")).ShouldBe("event_20220316 2022-03-16 00:00:00+00 2022-03-20 00:00:00+00");
        (await EnsureAsync("2022-03-31 00:00:00Z")).ShouldBe("event_20220321 2022-03-21 00:00:00+00 2022-04-01 00:00:00+00");
    }

    [PostgresFact]
    public async Task A_partition_may_be_an_hour_a_week_or_a_year()
    {
        try
        {
            await SetUnitAsync("hour");
            (await EnsureAsync("2011-03-16 05:10:00Z")).ShouldBe("event_20110316_05 2011-03-16 05:00:00+00 2011-03-16 06:00:00+00");
            (await EnsureAsync("2011-03-16 00:00:00Z")).ShouldBe("event_20110316_00 2011-03-16 00:00:00+00 2011-03-16 01:00:00+00");
            await SetUnitAsync("day");
            // Cut to the hours before and after: three names on one day.
            (await EnsureAsync("2011-03-16 03:00:00Z")).ShouldBe("event_20110316_01 2011-03-16 01:00:00+00 2011-03-16 05:00:00+00");
            (await EnsureAsync("2011-03-16 23:00:00Z")).ShouldBe("event_20110316_06 2011-03-16 06:00:00+00 2011-03-17 00:00:00+00");
            await SetUnitAsync("week"); // from Monday
            (await EnsureAsync("2011-04-06 12:00:00Z")).ShouldBe("event_20110404 2011-04-04 00:00:00+00 2011-04-11 00:00:00+00");
            await SetUnitAsync("year");
            (await EnsureAsync("2007-04-06 12:00:00Z")).ShouldStartWith("event_2007");
            await SetUnitAsync("fortnight");
            (await AuditDatabase.RefusalAsync(database.WriterConnectionString, "SELECT * FROM audit.ensure_partition('2012-08-01')")).ShouldBe("AU004");
        }
        finally
        {
            await SetUnitAsync("month");
        }
        (await database.AskAsync<long>("SELECT count(*) FROM audit.self_check() WHERE object LIKE 'audit.%'")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task Two_writers_make_many_short_partitions_in_opposite_order()
    {
        await SetUnitAsync("hour");
        try
        {
            await using var first = new TestStore(database.Writer);
            await using var second = new TestStore(database.Writer);
            var start = new DateTimeOffset(2022, 11, 1, 0, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            // Events of their own: the same ones in opposite order would be a deadlock, which is tried again, and is not what is asked here.
            // A shard of their own each: two writers of one shard fence each other, which is the chain's own test.
            var rows = Enumerable.Range(0, 24).Select(number => Rows.Row(number, start + (number * 3_600_000L))).ToArray();
            var others = Enumerable.Range(0, 24).Reverse().Select(number => Rows.Row(100 + number, start + (number * 3_600_000L)) with { Shard = 4 }).ToArray();
            var results = await Task.WhenAll(
                first.Store.WriteAsync(Rows.Batch(rows), None), second.Store.WriteAsync(Rows.Batch(others), None));
            results.Sum(result => result.Inserted).ShouldBe(48);
        }
        finally
        {
            await SetUnitAsync("month");
        }
    }

    [PostgresFact]
    public async Task The_partition_of_the_next_hour_is_made_ahead()
    {
        await using var check = new StoreCheck(database.Writer);
        await check.EnsurePartitionAheadAsync(None);
        (await database.AskAsync<bool>("SELECT EXISTS (SELECT FROM audit.partition WHERE valid_from <= now() + interval '1 hour' AND valid_to > now() + interval '1 hour')"))
            .ShouldBeTrue();
    }

    [PostgresFact]
    public async Task Instants_out_of_bounds_have_a_sqlstate_of_their_own()
    {
        string[] instants = ["now() - interval '21 years'", "now() + interval '2 months'", "'infinity'", "'-infinity'", "NULL"];
        foreach (var instant in instants)
        {
            (await AuditDatabase.RefusalAsync(database.WriterConnectionString, $"SELECT * FROM audit.ensure_partition({instant})"))
                .ShouldBe("AU001", instant);
        }
        await PostgresServer.ExecuteOnAsync(database.WriterConnectionString, "SELECT * FROM audit.ensure_partition(now() - interval '19 years')");
    }

    private Task SetUnitAsync(string unit) => database.ExecuteAsync($"UPDATE audit.setting SET value = '{unit}' WHERE name = 'partition_unit'");

    private Task<string> EnsureAsync(string instant) =>
        database.AskAsync<string>($"SELECT concat_ws(' ', name, valid_from, valid_to) FROM audit.ensure_partition('{instant}')");
}
