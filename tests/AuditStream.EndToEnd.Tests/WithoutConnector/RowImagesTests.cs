using System.Text;
using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Sources that send no old values, with row images kept: every event says what the row was before, also when the process is killed in the
/// middle; and a replay adds nothing.</summary>
[Collection(RealStackCollection.Name)]
public sealed class RowImagesTests(RealStack stack)
{
    private const string People = "rows.people";
    private const string Stock = "rows.stock";
    private const int Changes = 4_000;
    private const int KillAfterEvents = 400;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaAndPostgresFact]
    public async Task Old_values_come_from_state_across_a_kill_and_a_replay()
    {
        var history = new RowHistory(seed: 4711, Changes);
        await stack.Kafka.CreateTopicsAsync(3, [People, Stock]);
        var half = history.Records.Count / 2;
        await SendAsync(history.Records[..half]);
        var whole = await NewPipelineAsync("rows_whole");
        var killed = await NewPipelineAsync("rows_killed");
        await using var uninterrupted = whole.Start();
        await using (var victim = killed.Start())
        {
            await victim.HoldsAsync("some events", Limit, () => Task.FromResult(Final(killed).Count >= KillAfterEvents));
            victim.Send(PosixSignal.Kill);
            await victim.EndAsync(Limit);
        }
        await SendAsync(history.Records[half..]);
        // Two that share the partitions, and hand them over while there is work.
        await using (var next = killed.Start())
        await using (var other = killed.Start())
        {
            await StoredAsync(next, killed, history);
            ((await next.MetricsAsync()).Sum("auditstream_images_restored_total") + (await other.MetricsAsync()).Sum("auditstream_images_restored_total"))
                .ShouldBeGreaterThan(0);
            await Pipeline.AssertLedgerAsync(next);
            await Pipeline.AssertLedgerAsync(other);
            await Task.WhenAll(Pipeline.StopCleanlyAsync(next, PosixSignal.Terminate), Pipeline.StopCleanlyAsync(other, PosixSignal.Terminate));
        }
        await StoredAsync(uninterrupted, whole, history);
        await Pipeline.StopCleanlyAsync(uninterrupted, PosixSignal.Terminate);

        AssertEvents(Final(whole), history);
        Bodies(killed).ShouldBe(Bodies(whole), "a kill makes no difference, byte for byte");
        await AssertReplayAsync(killed, history);
        await AssertOtherPartitionsAreRefusedAsync(killed);
    }

    private static async Task AssertOtherPartitionsAreRefusedAsync(Pipeline pipeline)
    {
        var configuration = new Dictionary<string, string>(pipeline.Configuration) { ["Images:Partitions"] = "5" };
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(["run"], configuration, Limit);
        exitCode.ShouldBe(1, output.Tail());
        output.Tail().ShouldContain("has 4 partitions, and Images:Partitions is 5");
    }

    // Not awaited one by one: a producer keeps their order.
    private async Task SendAsync(IEnumerable<(bool IsDebezium, byte[] Key, byte[]? Value, (string, byte[])[] Headers)> records)
    {
        using var people = new RawProducer(stack.Kafka.BootstrapServers, People);
        using var stock = new RawProducer(stack.Kafka.BootstrapServers, Stock);
        await Task.WhenAll(records.Select(record => (record.IsDebezium ? people : stock).SendAsync(record.Key, record.Value, record.Headers)));
    }

    // The group is set back: everything is forwarded again, images are of the future now, and the same ids come out.
    private async Task AssertReplayAsync(Pipeline pipeline, RowHistory history)
    {
        var before = await pipeline.ChecksumAsync();
        await stack.Kafka.ResetGroupToEarliestAsync(pipeline.ApplicationId, People, Stock);
        await using var process = pipeline.Start();
        await process.ReadyAsync();
        await process.HoldsAsync("every event to be there already", Limit, async () =>
            (await process.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"") == history.Events.Count);
        (await pipeline.ChecksumAsync()).ShouldBe(before);
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        Final(pipeline).Select(record => record.Header("ce_id")).Distinct().Count().ShouldBe(history.Events.Count);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private async Task<Pipeline> NewPipelineAsync(string name)
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_" + name);
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, name, new()
        {
            ["Raw:Topics:0"] = People,
            ["Raw:Topics:1"] = Stock,
            ["Images:State"] = "on",
            ["Images:Partitions"] = "4",
            ["Sources:0:TopicPattern"] = "rows\\.stock",
            ["Sources:0:Name"] = "stock",
            ["Sources:0:IncludeNullAndEmpty"] = "true",
            ["Sources:0:Tables:public.stock:Key:0"] = "id",
            ["Sources:1:Name"] = "people",
            ["Streams:MaxTransactionRecords"] = "100",
            ["Streams:TransactionTimeoutMilliseconds"] = "2000",
        });
        await pipeline.MigrateAsync();
        return pipeline;
    }

    private static Task StoredAsync(AuditStreamProcess process, Pipeline pipeline, RowHistory history) => process.HoldsAsync(
        "every event to be stored", Limit, async () => await pipeline.StoredAsync() == history.Events.Count);

    private static List<TopicRecord> Final(Pipeline pipeline) => pipeline.Events();

    private static List<string> Bodies(Pipeline pipeline) =>
        [.. Final(pipeline).Select(record => Encoding.UTF8.GetString(record.Value ?? [])).Order(StringComparer.Ordinal)];

    /// <summary>Each event says what the history has: its rows before and after, the former from state alone.</summary>
    internal static void AssertEvents(List<TopicRecord> records, RowHistory history)
    {
        records.Count.ShouldBe(history.Events.Count);
        var found = new Dictionary<string, string>();
        foreach (var record in records)
        {
            var body = JsonSerializer.Deserialize<JsonElement>(record.Value);
            var operation = body.GetProperty("operation").GetString();
            var id = body.GetProperty("key").GetProperty("id").GetString();
            var name = operation == "snapshot" ? $"load {id}" : $"{body.GetProperty("transaction").GetProperty("id").GetString()} {operation} {id}";
            history.Events.ShouldContainKey(name);
            var expected = history.Events[name];
            Image(body, "before").ShouldBe(expected.Before, name);
            Image(body, "after").ShouldBe(expected.After, name);
            body.GetProperty("images").GetProperty("before_from").GetString().ShouldBe(expected.Before is null ? "none" : "state", name);
            if (operation is "update" or "delete")
                body.GetProperty("changed_is").GetString().ShouldBe("all", name);
            found.Add(name, "");
        }
        found.Count.ShouldBe(history.Events.Count);
    }

    private static string? Image(JsonElement body, string name) => body.TryGetProperty(name, out var image) ? image.GetRawText() : null;
}
