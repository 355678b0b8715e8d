using System.Text;
using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class RefusedRowsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int nextBlock;

    private readonly int _first = Interlocked.Add(ref nextBlock, 100_000);

    [PostgresFact]
    public async Task A_row_at_fault_becomes_a_dead_letter_and_its_batch_mates_go_on()
    {
        await using var store = new TestStore(database.Writer);
        var rows = Enumerable.Range(_first, 200).Select(number => Rows.Row(number)).ToArray();
        rows[0] = rows[0] with { Body = "{\"cut"u8.ToArray() };
        rows[77] = rows[77] with { Body = new byte[] { (byte)'"', 0xFF, (byte)'"' } };
        rows[78] = rows[78] with { FactHash = [1, 2, 3] };
        rows[199] = rows[199] with { Source = RandomName(3_000) };
        var batch = Rows.Batch(rows);
        batch.DeadLetters.Add(Rows.DeadLetter(_first));
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(196, 0, 0, 4, 5));
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 196, 0, 4, 0));
        (await LettersAsync()).ShouldBe($"{_first} store-data, {_first + 77} store-data, {_first + 78} store-constraint, {_first + 199} store-limit");
        (await database.AskAsync<string>($"SELECT message FROM audit.dead_letter WHERE stage = 'store' AND topic_offset = {_first}"))
            .ShouldBe("The store refused the event: 22P02, data exception.");
        (await database.AskAsync<byte[]>($"SELECT record_value FROM audit.dead_letter WHERE stage = 'store' AND topic_offset = {_first + 77}"))
            .ShouldBe([(byte)'"', 0xFF, (byte)'"']);
        (await database.AskAsync<string>(
            $"SELECT topic || topic_partition || ' ' || convert_from(decode(headers -> 0 ->> 1, 'base64'), 'UTF8') "
            + $"FROM audit.dead_letter WHERE stage = 'store' AND topic_offset = {_first}"))
            .ShouldBe($"audit.events3 1:{Convert.ToHexStringLower(rows[0].FactHash)}");
    }

    [PostgresFact]
    public async Task A_dead_letter_whose_record_has_an_impossible_time_is_stored_without_it()
    {
        await using var store = new TestStore(database.Writer);
        var batch = Rows.Batch();
        batch.DeadLetters.Add(Rows.DeadLetter(_first) with { TimestampMilliseconds = long.MaxValue });
        batch.DeadLetters.Add(Rows.DeadLetter(_first + 1) with { TimestampMilliseconds = 9_000_000_000_000_000 });
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 0, 0, 0, 2));
        (await database.AskAsync<long>($"SELECT count(*) FROM audit.dead_letter WHERE topic_offset BETWEEN {_first} AND {_first + 1} "
            + "AND recorded_at IS NULL")).ShouldBe(2);
    }

    [PostgresFact]
    public async Task A_row_at_fault_in_a_large_batch_is_found_while_the_batch_is_still_being_sent()
    {
        await using var store = new TestStore(database.Writer);
        var filler = new string('x', 20_000);
        var rows = Enumerable.Range(_first, 1_000).Select(number => Rows.Row(number, body: $"\"{filler}\"")).ToArray();
        rows[3] = rows[3] with { Body = "nonsense"u8.ToArray() };
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(999, 0, 0, 1, 1));
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(0, 999, 0, 1, 0));
    }

    [PostgresFact]
    public async Task The_twin_of_a_refused_event_takes_its_place()
    {
        await using var store = new TestStore(database.Writer);
        var good = Rows.Row(_first) with { StreamOffset = _first + 1 };
        var bad = Rows.Row(_first) with { Body = "{"u8.ToArray() };
        var worse = Rows.Row(_first) with { Body = "}"u8.ToArray(), StreamOffset = _first + 2 };
        (await store.Store.WriteAsync(Rows.Batch(bad, worse, good, Rows.Row(_first + 3)), None)).ShouldBe(new StoreResult(2, 0, 0, 2, 2));
        (await database.AskAsync<string>($"SELECT string_agg(stream_offset::text, ',' ORDER BY stream_offset) FROM audit.event "
            + $"WHERE stream_offset BETWEEN {_first} AND {_first + 9}")).ShouldBe($"{_first + 1},{_first + 3}");
    }

    [PostgresFact]
    public async Task An_instant_outside_of_the_bounds_is_one_rows_fault()
    {
        await using var store = new TestStore(database.Writer);
        AuditRow[] rows =
        [
            Rows.Row(_first), Rows.Row(_first + 1, -62_000_000_000_000), Rows.Row(_first + 2, 4_102_444_800_000), Rows.Row(_first + 3, long.MaxValue / 2),
            Rows.Row(_first + 4), Rows.Row(_first + 1, -62_000_000_000_000) with { StreamOffset = _first + 5 },
        ];
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(2, 0, 0, 4, 4));
        (await database.AskAsync<string>(
            $"SELECT string_agg(DISTINCT reason, ',') FROM audit.dead_letter WHERE topic_offset BETWEEN {_first} AND {_first + 9}"))
            .ShouldBe("occurred-at-out-of-bounds");
    }

    [PostgresFact]
    public async Task A_retired_range_takes_no_rows()
    {
        await using var store = new TestStore(database.Writer);
        var instant = new DateTimeOffset(2023, 1, 10, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        (await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first, instant)), None)).Inserted.ShouldBe(1);
        await database.ExecuteAsync("ALTER TABLE audit.event DETACH PARTITION audit.event_20230101; "
            + "UPDATE audit.partition SET retired_at = clock_timestamp() WHERE name = 'event_20230101'");
        // Skipped, and no dead letter: a replay would bring back there what was retired. The second batch knows the range already.
        var rows = Enumerable.Range(_first, 200).Select(number => Rows.Row(number, instant)).ToArray();
        (await store.Store.WriteAsync(Rows.Batch([.. rows, rows[0] with { StreamOffset = _first + 300 }, Rows.Row(_first + 301)]), None))
            .ShouldBe(new StoreResult(1, 0, 0, 0, 0, Retired: 201));
        (await store.Store.WriteAsync(Rows.Batch([Rows.Row(_first + 302), .. rows]), None)).ShouldBe(new StoreResult(1, 0, 0, 0, 0, Retired: 200));
        (await LettersAsync()).ShouldBe("");
        // Taken back into use: the same writer stores what it skipped, and knows the rest.
        await database.ExecuteAsync("UPDATE audit.partition SET retired_at = NULL WHERE name = 'event_20230101'; "
            + "ALTER TABLE audit.event ATTACH PARTITION audit.event_20230101 FOR VALUES FROM ('2023-01-01Z') TO ('2023-02-01Z')");
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(199, 1, 0, 0, 0));
    }

    [PostgresFact]
    public async Task Too_many_refused_rows_are_systemic_and_nothing_is_written()
    {
        await using var store = new TestStore(database.Writer);
        var rows = Enumerable.Range(_first, 1_000).Select(number => number % 20 == 0 ? Rows.Row(number, body: "nonsense") : Rows.Row(number)).ToArray();
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(rows), None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Code.ShouldBe("22P02");
        error.Message.ShouldNotContain("nonsense");
        (await database.AskAsync<long>($"SELECT count(*) FROM audit.event WHERE stream_offset BETWEEN {_first} AND {_first + 1_000}")).ShouldBe(0);
        (await LettersAsync()).ShouldBe("");
        // One refused row fewer is still about rows.
        rows[0] = Rows.Row(_first);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(951, 0, 0, 49, 49));
    }

    [PostgresFact]
    public async Task A_diverging_event_that_cannot_be_quarantined_becomes_a_dead_letter()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first)), None);
        var other = Rows.Row(_first, body: "nonsense") with { FactHash = Rows.Hash("other"), StreamOffset = _first + 1 };
        (await store.Store.WriteAsync(Rows.Batch(other, Rows.Row(_first + 2)), None)).ShouldBe(new StoreResult(1, 0, 0, 1, 1));
    }

    private Task<string> LettersAsync() => database.AskAsync<string>(
        "SELECT coalesce(string_agg(topic_offset || ' ' || reason, ', ' ORDER BY topic_offset), '') FROM audit.dead_letter "
        + $"WHERE stage = 'store' AND topic_offset BETWEEN {_first} AND {_first + 50_000}");

    /// <summary>What does not compress: an index entry is compressed before it is found too long.</summary>
    private static string RandomName(int length)
    {
        var random = new Random(7);
        var name = new StringBuilder(length);
        while (name.Length < length)
            name.Append((char)random.Next(0x21, 0x7E));
        return name.ToString();
    }
}
