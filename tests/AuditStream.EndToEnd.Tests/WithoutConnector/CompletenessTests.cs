using System.Globalization;
using System.Text;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A store that says of itself whether it is whole, behind a source whose topics, on a real broker, have all that could be taken for a gap.</summary>
[Collection(RealStackCollection.Name)]
public sealed class CompletenessTests(RealStack stack)
{
    private const string Name = "complete";
    private const string Labels = $"{Name}.public.labels";
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(120);

    // So that only the columns that each writing of a row changes are asked for: by whom it was written, when, and where it stands.
    private const string RowsAndBlocks = "select (select md5(string_agg(md5(e::text || e.tableoid || e.xmin || e.ctid), '' order by event_id)) from audit.event e "
        + "where operation not in ('ledger', 'audit')) || (select md5(string_agg(md5(b::text || b.xmin || b.ctid), '' order by shard, number)) from audit.block b "
        + "where (shard, number) in (select shard, block from audit.event where operation not in ('ledger', 'audit')))";

    [RealKafkaAndPostgresFact]
    public async Task Nothing_is_taken_for_a_gap_that_is_none_and_a_gap_is_found()
    {
        var pipeline = await NewPipelineAsync();
        using var source = new Shipments(stack.Kafka.BootstrapServers, Name);
        await PrepareTopicsAsync(source);

        // Frozen in the middle of a batch, with dropped transactions before and behind: another process takes its place.
        await using var zombie = pipeline.Start();
        await zombie.HoldsAsync("some events to be stored", limit, async () => await StoredAsync(pipeline) > 30);
        source.Send(200);
        source.Send(20, isDropped: true);
        await FreezeAsync(pipeline, zombie, source);
        await using (var process = pipeline.Start())
        {
            await StoredAsync(pipeline, process, source);
            await AwakeAsync(pipeline, zombie);
            source.SendEndAlone();
            await StoredAsync(pipeline, process, source);
            await SaysAsync(pipeline, settleMinutes: 60, exitCode: 0, "No gaps");
            await SaysAsync(pipeline, settleMinutes: 0, exitCode: 1, "transaction: complete: ", "0 of 1 events", "2 gaps");
            source.SendChangesLate();
            source.SendAndLeaveOpen();
            await StoredAsync(pipeline, process, source);
            await SaysAsync(pipeline, settleMinutes: 0, exitCode: 0, "No gaps");
            source.CommitOpen();
            await MorePartitionsAsync(pipeline, process, source);
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        await AssertWholeAsync(pipeline);
        await SkipForwardAsync(pipeline, source);
        await SaysAsync(pipeline, settleMinutes: 0, exitCode: 1, $"ledger-hole: {Name}: normalize: {Shipments.Tables(Name)[1]}, partition 0: offsets");
    }

    [RealKafkaAndPostgresFact]
    public async Task A_replay_of_everything_three_times_changes_no_byte_of_row_events_and_their_blocks()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_replays");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, "replays");
        pipeline.Configuration["Postgres:ReaderConnectionString"] = store.ConnectionString;
        await Items.CreateTopicAsync(stack.Kafka, "replays");
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("replays"));
        producer.SendItems(3_000);
        await using (var process = pipeline.Start())
        {
            await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic("replays"));
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        var before = await store.ScalarAsync<string>(RowsAndBlocks);
        for (var replay = 1; replay <= 3; replay++)
        {
            var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(
                ["reset", "--plane", "all", "--to-earliest", "--reason", "to see that nothing changes"], pipeline.Configuration, limit);
            exitCode.ShouldBe(0, output.Tail());
            await using var process = pipeline.Start();
            await process.ReadyAsync();
            // The sink meets what is on the topic, and then what normalize makes again.
            await process.HoldsAsync("everything to be there already", limit, async () =>
                await stack.Kafka.LagAsync(pipeline.ApplicationId, [Items.Topic("replays")]) == 0
                && (await process.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"") >= 3_000 * (replay + 1));
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
            (await store.ScalarAsync<string>(RowsAndBlocks)).ShouldBe(before);
        }
        (await store.ScalarAsync<string>("select string_agg(distinct operation, ' ' order by operation) from audit.event")).ShouldBe("audit insert ledger");
        (await store.ScalarAsync<long>("select count(*) from audit.event where operation = 'audit' and body -> 'detail' ->> 'action' = 'reset'")).ShouldBeGreaterThanOrEqualTo(2);
        (await store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        await AssertWholeAsync(pipeline);
    }

    /// <summary>Freezes a process while its batch, whose shards it has locked, is on its way into the table.</summary>
    private static async Task FreezeAsync(Pipeline pipeline, AuditStreamProcess zombie, Shipments source)
    {
        await using var connection = await pipeline.Store.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table audit.event in access exclusive mode", connection, transaction);
        await command.ExecuteNonQueryAsync();
        source.Send(100);
        await zombie.HoldsAsync("a batch to wait for the table", limit, async () =>
            await pipeline.Store.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0);
        zombie.Send(PosixSignal.Stop);
    }

    /// <summary>The frozen process goes on: its successor has claimed its shards since, and what it had in hand is there once.</summary>
    private static async Task AwakeAsync(Pipeline pipeline, AuditStreamProcess zombie)
    {
        var head = await HeadAsync(pipeline);
        zombie.Send(PosixSignal.Continue);
        await Pipeline.StopCleanlyAsync(zombie, PosixSignal.Terminate);
        (await HeadAsync(pipeline)).ShouldBe(head, "who was claimed over adds nothing");
        (await pipeline.Store.ScalarAsync<long>("select count(*) from (select from audit.block group by shard having count(distinct epoch) > 1) s")).ShouldBeGreaterThan(0);
    }

    private static Task<string?> HeadAsync(Pipeline pipeline) => pipeline.Store.ScalarAsync<string>(
        "select string_agg(concat_ws(' ', event_id, shard, block), ',' order by event_id) from audit.event where operation <> 'ledger'");

    /// <summary>Raw topics as they are after a while: the beginning of the tables' is gone, one is compacted, and offsets of dropped transactions lie
    /// between.</summary>
    private async Task PrepareTopicsAsync(Shipments source)
    {
        await stack.Kafka.CreateTopicsAsync(2, [.. Shipments.Tables(Name), Shipments.Ends(Name)]);
        await CompactAsync();
        source.Send(40);
        // Retention takes what was there; the ends stay, and count what nobody can read any more.
        foreach (var table in Shipments.Tables(Name))
            await stack.Kafka.DeleteAllRecordsAsync(table);
        source.ForgetChanges();
        source.Send(20, isDropped: true);
        source.Send(60);
    }

    // A topic of which compaction has taken most, before anybody reads it.
    private async Task CompactAsync()
    {
        await stack.Kafka.CreateTopicsAsync(1, [Labels], new() { ["cleanup.policy"] = "compact", ["segment.ms"] = "50", ["min.cleanable.dirty.ratio"] = "0.001" });
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Labels);
        var written = 0;
        await Eventually.HoldsAsync("compaction to take some records", limit, async () =>
        {
            await producer.SendAsync(ItemRecords.Key(written % 3), ItemRecords.Insert(++written));
            return TopicReader.ReadAll(stack.Kafka.BootstrapServers, Labels).Count < written;
        });
    }

    private static Task StoredAsync(Pipeline pipeline, AuditStreamProcess process, Shipments source) => process.HoldsAsync(
        "every change and every end to be stored", limit, async () => await StoredAsync(pipeline) == source.Changes + source.Transactions);

    private static Task<long> StoredAsync(Pipeline pipeline) =>
        pipeline.Store.ScalarAsync<long>($"select count(*) from audit.event where source = '{Name}' and operation <> 'ledger'");

    private static async Task SaysAsync(Pipeline pipeline, int settleMinutes, int exitCode, params string[] texts)
    {
        // The writer's short time-out is not for questions.
        var configuration = new Dictionary<string, string>(pipeline.Configuration) { ["Postgres:CommandTimeoutSeconds"] = "60" };
        var (code, output) = await AuditStreamProcess.RunToEndAsync(
            ["gaps", "--settle", settleMinutes.ToString(CultureInfo.InvariantCulture)], configuration, limit);
        code.ShouldBe(exitCode, output.Tail());
        foreach (var text in texts)
            output.Tail().ShouldContain(text);
    }

    /// <summary>The final topic gets more partitions under the running service: rows go on, and the new ones have chains of their own.</summary>
    private async Task MorePartitionsAsync(Pipeline pipeline, AuditStreamProcess process, Shipments source)
    {
        await stack.Kafka.ToolAsync("topics", "--alter", "--topic", pipeline.FinalTopic, "--partitions", "7");
        await process.HoldsAsync("events to be in a chain of a new partition", limit, async () =>
        {
            source.Send(5);
            return await pipeline.Store.ScalarAsync<long>("select count(*) from audit.block where shard >= 4") > 0;
        });
        await StoredAsync(pipeline, process, source);
    }

    /// <summary>Each event of the topic is in the table with its bytes, and the chains are whole.</summary>
    private static async Task AssertWholeAsync(Pipeline pipeline)
    {
        var stored = await BodiesAsync(pipeline);
        foreach (var record in TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.FinalTopic))
        {
            if (stored.TryGetValue((record.Partition, record.Offset), out var body))
                body.SequenceEqual(record.Value.ShouldNotBeNull()).ShouldBeTrue(Encoding.UTF8.GetString(record.Value));
        }
        var state = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        var (code, output) = await AuditStreamProcess.RunToEndAsync(["verify", "--all", "--state", state], pipeline.Configuration, limit);
        File.Delete(state);
        code.ShouldBe(0, output.Tail());
        output.Tail().ShouldContain("whole.");
    }

    private static async Task<Dictionary<(int Shard, long Offset), byte[]>> BodiesAsync(Pipeline pipeline)
    {
        await using var connection = await pipeline.Store.OpenAsync();
        await using var command = new NpgsqlCommand("select shard, stream_offset, convert_to(body::text, 'UTF8') from audit.event", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var bodies = new Dictionary<(int, long), byte[]>();
        while (await reader.ReadAsync())
            bodies.Add((reader.GetInt32(0), reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2));
        return bodies;
    }

    /// <summary>Records that the group was set past, by Kafka's own tool, are a hole, and it is found.</summary>
    private async Task SkipForwardAsync(Pipeline pipeline, Shipments source)
    {
        source.Send(10);
        await stack.Kafka.ToolAsync(
            "groups", ["--group", pipeline.ApplicationId, "--topic", $"{Shipments.Tables(Name)[1]}:0", "--reset-offsets", "--shift-by", "4", "--execute"]);
        source.Send(10);
        await using var process = pipeline.Start();
        await process.HoldsAsync("the hole to be behind a range", limit, async () =>
            await pipeline.Store.ScalarAsync<long>("select count(*) from audit.ledger_gaps() where kind = 'ledger-hole'") > 0);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private async Task<Pipeline> NewPipelineAsync()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_complete");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, Name, new()
        {
            ["Raw:Topics:0"] = Shipments.Tables(Name)[0],
            ["Raw:Topics:1"] = Shipments.Tables(Name)[1],
            ["Raw:Topics:2"] = Shipments.Ends(Name),
            ["Raw:Topics:3"] = Labels,
            ["Streams:MaxTransactionRecords"] = "50",
            ["Sink:BatchRows"] = "50",
            ["Postgres:ReaderConnectionString"] = store.ConnectionString,
        });
        pipeline.Configuration["Streams:LedgerIntervalMilliseconds"] = "300";

        // A frozen writer's session ends 2 s after that, and its successor goes on.
        pipeline.Configuration["Postgres:CommandTimeoutSeconds"] = "4";
        await pipeline.MigrateAsync();
        return pipeline;
    }
}
