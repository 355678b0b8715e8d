using System.Text;
using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAuditStoreTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string Checksum = "SELECT count(*) || ' ' || coalesce(md5(string_agg(e::text, '|' ORDER BY event_id)), '') FROM audit.event e";
    private static readonly CancellationToken None = CancellationToken.None;
    private static int nextBlock;

    // Every test takes ids of its own, so that they can share a database.
    private readonly int _first = Interlocked.Add(ref nextBlock, 100_000);

    [PostgresFact]
    public async Task Writes_a_batch_and_writing_it_again_changes_nothing()
    {
        await using var store = new TestStore(database.Writer);
        var batch = Rows.Batch(_first, 300);
        batch.DeadLetters.Add(Rows.DeadLetter(_first, value: "\0\xFF"u8.ToArray()));
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(300, 0, 0, 0, 1));
        var before = await database.AskAsync<string>(Checksum);
        for (var round = 0; round < 3; round++)
            (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 300, 0, 0, 0));
        (await database.AskAsync<string>(Checksum)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task Every_column_is_what_was_given()
    {
        await using var store = new TestStore(database.Writer);
        var full = Rows.Row(_first) with { Actor = "ann", Changed = [], SourcePosition = "7", FactScheme = 2 };
        var bare = Rows.Row(_first + 1) with
        {
            Schema = null, Table = null, Key = null, KeyHash = null, Changed = null, TransactionId = null, SourcePosition = null,
        };
        (await store.Store.WriteAsync(Rows.Batch(full, bare), None)).Inserted.ShouldBe(2);
        var columns = "SELECT concat_ws('|', operation, source, schema_name, table_name, key, encode(key_hash, 'hex'), changed, transaction_id, actor, "
            + "source_position, encode(fact_hash, 'hex'), fact_scheme, encode(event_uid, 'hex'), shard, stream_offset, "
            + "(extract(epoch FROM occurred_at) * 1000)::bigint, event_id, body) FROM audit.event WHERE stream_offset = ";
        (await database.AskAsync<string>(columns + _first)).ShouldBe(string.Join('|', "update", "shop", "public", "orders", full.Key,
            Convert.ToHexStringLower(full.KeyHash.ShouldNotBeNull()), "{}", full.TransactionId, "ann", "7", Convert.ToHexStringLower(full.FactHash), 2,
            Convert.ToHexStringLower(full.EventUid), 3, _first, full.OccurredAtMilliseconds, full.EventId, Encoding.UTF8.GetString(full.Body.Span)));
        (await database.AskAsync<string>(columns + (_first + 1))).ShouldBe(string.Join('|', "update", "shop", Convert.ToHexStringLower(bare.FactHash), 1,
            Convert.ToHexStringLower(bare.EventUid), 3, _first + 1, bare.OccurredAtMilliseconds, bare.EventId, Encoding.UTF8.GetString(bare.Body.Span)));
    }

    [PostgresFact]
    public async Task A_body_keeps_its_bytes()
    {
        string[] bodies =
        [
            """{"a":-0.0,"b":1e131071,"c":1.10,"d":123456789012345678901234567890.123456789}""",
            """ { "spaces" : [ 1 , 2 ] , "a" : 1 , "a" : 2 } """,
            """{"text":"A\u00e9é€😀\\u0000\/"}""",
            """{"nul":"\u0000","lone":"\ud800"}""",
            string.Concat(Enumerable.Repeat("{\"a\":[", 500)) + "1" + string.Concat(Enumerable.Repeat("]}", 500)),
            $$"""{"long":"{{new string('x', 5_000_000)}}"}""",
        ];
        await using var store = new TestStore(database.Writer);
        var rows = bodies.Select((body, index) => Rows.Row(_first + index, body: body)).ToArray();
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).ShouldBe(new StoreResult(rows.Length, 0, 0, 0, 0));
        foreach (var row in rows)
        {
            (await database.AskAsync<byte[]>($"SELECT convert_to(body::text, 'UTF8') FROM audit.event WHERE stream_offset = {row.StreamOffset}"))
                .ShouldBe(row.Body.ToArray());
        }
    }

    [PostgresFact]
    public async Task What_text_cannot_hold_is_escaped()
    {
        await using var store = new TestStore(database.Writer);
        var row = Rows.Row(_first) with { Schema = "a\0b", Table = "\uD800x\uDC00", Actor = "😀", TransactionId = "\0", Changed = ["\0", "plain"] };
        (await store.Store.WriteAsync(Rows.Batch(row), None)).ShouldBe(new StoreResult(1, 0, 0, 0, 0));
        (await database.AskAsync<string>(
                $"SELECT concat_ws('|', schema_name, table_name, actor, transaction_id, changed) FROM audit.event WHERE stream_offset = {_first}"))
            .ShouldBe("""a\u0000b|\ud800x\udc00|😀|\u0000|{"\\u0000",plain}""");
    }

    [PostgresFact]
    public async Task Duplicates_inside_a_batch_are_counted()
    {
        await using var store = new TestStore(database.Writer);
        var rows = Enumerable.Range(_first, 10).Select(number => Rows.Row(number)).ToArray();
        AuditRow[] again = [.. rows.Select(row => row with { StreamOffset = row.StreamOffset + 1_000 })];
        (await store.Store.WriteAsync(Rows.Batch([.. rows, .. again, .. again]), None)).ShouldBe(new StoreResult(10, 20, 0, 0, 0));
        (await database.AskAsync<long>(
            $"SELECT max(stream_offset) FROM audit.event WHERE stream_offset BETWEEN {_first} AND {_first + 90_000}")).ShouldBe(_first + 9);
    }

    [PostgresFact]
    public async Task A_duplicate_on_the_straight_path_changes_the_path_and_nothing_else()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 100), None);
        _ = await store.Store.WriteAsync(Rows.Batch(_first + 100, 100), None); // straight
        (await store.Store.WriteAsync(Rows.Batch(_first + 150, 100), None)).ShouldBe(new StoreResult(50, 50, 0, 0, 0));
        (await store.Store.WriteAsync(Rows.Batch(_first + 200, 100), None)).ShouldBe(new StoreResult(50, 50, 0, 0, 0));
        (await store.Store.WriteAsync(Rows.Batch(_first + 300, 100), None)).ShouldBe(new StoreResult(100, 0, 0, 0, 0));
        (await CountAsync("audit.event", _first, 1_000)).ShouldBe(400);
    }

    [PostgresFact]
    public async Task The_same_id_with_other_facts_is_quarantined_once_and_never_overwrites()
    {
        await using var store = new TestStore(database.Writer);
        var stored = Rows.Row(_first);
        _ = await store.Store.WriteAsync(Rows.Batch(stored), None);
        var other = Rows.Row(_first, body: """{"other":true}""") with { FactHash = Rows.Hash("other"), StreamOffset = _first + 5 };
        for (var round = 0; round < 2; round++)
            (await store.Store.WriteAsync(Rows.Batch(other, Rows.Row(_first + 1 + round)), None)).ShouldBe(new StoreResult(1, 0, 1, 0, 0));
        (await database.AskAsync<string>($"SELECT string_agg(body::text, ';') FROM audit.divergence WHERE stream_offset = {_first + 5}"))
            .ShouldBe("""{"other":true}""");
        (await database.AskAsync<byte[]>($"SELECT stored_fact_hash FROM audit.divergence WHERE stream_offset = {_first + 5}")).ShouldBe(stored.FactHash);
        (await database.AskAsync<string>($"SELECT body::text FROM audit.event WHERE stream_offset = {_first}"))
            .ShouldBe(Encoding.UTF8.GetString(stored.Body.Span));
    }

    [PostgresFact]
    public async Task Other_facts_inside_one_batch_diverge_too()
    {
        await using var store = new TestStore(database.Writer);
        var other = Rows.Row(_first) with { FactHash = Rows.Hash("other"), StreamOffset = _first + 1 };
        (await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first), other), None)).ShouldBe(new StoreResult(1, 0, 1, 0, 0));
    }

    [PostgresFact]
    public async Task The_same_id_under_another_scheme_is_restated_and_counts_as_a_duplicate()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first)), None);
        var restated = Rows.Row(_first) with { FactScheme = 2, FactHash = Rows.Hash("other") };
        (await store.Store.WriteAsync(Rows.Batch(restated), None)).ShouldBe(new StoreResult(0, 1, 0, 0, 0));
        (await CountAsync("audit.divergence", _first, 1_000)).ShouldBe(0);
    }

    [PostgresFact]
    public async Task Dead_letters_are_kept_byte_for_byte_and_once()
    {
        await using var store = new TestStore(database.Writer);
        var batch = new StoreBatch();
        batch.DeadLetters.AddRange([Rows.DeadLetter(_first, value: [0, 1, 255]), Rows.DeadLetter(_first, stage: "sink"),
            Rows.DeadLetter(_first + 1) with { TimestampMilliseconds = -1, Key = null }]);
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 0, 0, 0, 3));
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 0, 0, 0, 0));
        (await database.AskAsync<string>("SELECT concat_ws('|', stage, topic, topic_partition, reason, message, extract(epoch FROM recorded_at)::bigint, "
            + $"record_key, record_value, headers) FROM audit.dead_letter WHERE stage = 'normalize' AND topic_offset = {_first}"))
            .ShouldBe($$"""normalize|raw.orders|1|not-json|It is not JSON.|{{Rows.Start / 1_000}}|\x00ff|\x0001ff|[["a","AP8="],["a",null]]""");
        (await database.AskAsync<bool>("SELECT recorded_at IS NULL AND record_key IS NULL AND record_value IS NULL FROM audit.dead_letter "
            + $"WHERE topic_offset = {_first + 1}")).ShouldBeTrue();
    }

    [PostgresFact]
    public async Task A_partition_that_vanished_is_systemic_after_one_more_look()
    {
        await using var store = new TestStore(database.Writer);
        var instant = new DateTimeOffset(2024, 5, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first, instant)), None);
        await database.ExecuteAsync("ALTER TABLE audit.event DETACH PARTITION audit.event_20240501");
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(Rows.Row(_first + 1, instant)), None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Message.ShouldContain("missing partition");
        await database.ExecuteAsync("ALTER TABLE audit.event ATTACH PARTITION audit.event_20240501 FOR VALUES FROM ('2024-05-01Z') TO ('2024-06-01Z')");
        (await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first + 1, instant)), None)).Inserted.ShouldBe(1);
    }

    [PostgresFact]
    public async Task Two_writers_of_the_same_events_store_them_once()
    {
        await using var first = new TestStore(database.Writer);
        await using var second = new TestStore(database.Writer);
        var written = 0;
        for (var round = 0; round < 10; round++)
        {
            var batch = Rows.Batch(_first + round * 200, 200);
            var results = await Task.WhenAll(WriteClaimingAsync(first, batch), WriteClaimingAsync(second, batch));
            results.Sum(result => result.Duplicates).ShouldBe(200);
            written += results.Sum(result => result.Inserted);
        }
        written.ShouldBe(2_000);
        (await CountAsync("audit.event", _first, 10_000)).ShouldBe(2_000);
    }

    [PostgresFact]
    public async Task Stored_events_are_looked_up_by_primary_key_and_only_in_their_partitions()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 3_000), None);
        var otherMonth = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(_first + 5_000, otherMonth)), None);
        var plan = await database.Server.ExplainAsync(database.Name, "SELECT * FROM audit.known_events(ARRAY(SELECT event_id FROM audit.event "
            + "WHERE occurred_at > '2026-01-01Z'), ARRAY(SELECT occurred_at FROM audit.event WHERE occurred_at > '2026-01-01Z'))");
        plan.ShouldContain(text => text.Contains("Index Scan using event_20260301_pkey", StringComparison.Ordinal));
        plan.ShouldNotContain(text => text.Contains("unnest k", StringComparison.Ordinal) && text.Contains("event_20250101", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task An_empty_batch_needs_no_server()
    {
        await using var store = new TestStore(new PostgresOptions { ConnectionString = "Host=127.0.0.1;Port=1" });
        (await store.Store.WriteAsync(new StoreBatch(), None)).ShouldBe(default);
    }

    /// <summary>Each claims the shard from the other, until it is through.</summary>
    private static async Task<StoreResult> WriteClaimingAsync(TestStore store, StoreBatch batch)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            try
            {
                return await store.Store.WriteAsync(batch, None);
            }
            catch (StoreException exception) when (exception.Code == StoreException.FencedCode)
            {
                exception.ErrorClass.ShouldBe(StoreErrorClass.Transient);
            }
        }
        throw new TimeoutException("The other writer was always faster.");
    }

    private Task<long> CountAsync(string table, long from, long count) =>
        database.AskAsync<long>($"SELECT count(*) FROM {table} WHERE stream_offset >= {from} AND stream_offset < {from + count}");
}
