using System.Globalization;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Row images on disk when their process is killed: the next one goes on with what was committed, reads only the rest from the changelog, and
/// every event says what the row was before.</summary>
[Collection(RealStackCollection.Name)]
public sealed class DurableRowImagesTests(RealStack stack)
{
    private const string People = "disk.people";
    private const string Stock = "disk.stock";
    private const int Changes = 2_400;
    private const int Kills = 2;
    private const int Partitions = 2;
    private const string Restored = "auditstream_images_restored_total";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaPostgresAndRocksDbFact]
    public async Task Old_values_come_from_the_disk_across_kills_and_a_clean_stop()
    {
        var history = new RowHistory(seed: 815, Changes);
        using var folder = new TemporaryFolder("images");
        await stack.Kafka.CreateTopicsAsync(2, [People, Stock]);
        var pipeline = await NewPipelineAsync(folder);
        var sent = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var victim = pipeline.Start();
            sent = await SendAsync(history, sent, history.Records.Count * kill / (Kills + 1));
            var enough = history.Events.Count * ((2 * kill) - 1) / (2 * (Kills + 1));
            await victim.HoldsAsync($"{enough} events", Limit, () => Task.FromResult(pipeline.Events().Count >= enough));
            victim.Send(PosixSignal.Kill);
            await victim.EndAsync(Limit);
        }

        await SendAsync(history, sent, history.Records.Count);
        var changelog = TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.ApplicationId + "-row-images-changelog").Count;
        await using (var next = pipeline.Start())
        {
            await next.HoldsAsync("every event to be stored", Limit, async () => await pipeline.StoredAsync() == history.Events.Count);
            (await next.MetricsAsync()).Sum(Restored).ShouldBeLessThan(changelog / 2, "what was on the disk is not read again");
            await Pipeline.AssertLedgerAsync(next);
            await Pipeline.StopCleanlyAsync(next, PosixSignal.Terminate);
        }
        RowImagesTests.AssertEvents(pipeline.Events(), history);
        await AssertNothingIsReadAfterACleanStopAsync(pipeline);
    }

    private static async Task AssertNothingIsReadAfterACleanStopAsync(Pipeline pipeline)
    {
        await using var last = pipeline.Start();
        await last.ReadyAsync();
        await last.HoldsAsync("every task to have its images", Limit,
            async () => (await last.MetricsAsync()).Sum("auditstream_images_restore_duration_seconds_count") == Partitions);
        var metrics = await last.MetricsAsync();
        metrics.Sum(Restored).ShouldBe(0);
        metrics.Sum("auditstream_images_rows").ShouldBeGreaterThan(0);
        await Pipeline.StopCleanlyAsync(last, PosixSignal.Terminate);
    }

    // Not awaited one by one: a producer keeps their order.
    private async Task<int> SendAsync(RowHistory history, int from, int to)
    {
        using var people = new RawProducer(stack.Kafka.BootstrapServers, People);
        using var stock = new RawProducer(stack.Kafka.BootstrapServers, Stock);
        await Task.WhenAll(history.Records[from..to].Select(
            record => (record.IsDebezium ? people : stock).SendAsync(record.Key, record.Value, record.Headers)));
        return to;
    }

    private async Task<Pipeline> NewPipelineAsync(TemporaryFolder folder)
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_rows_disk");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, "rows_disk", new()
        {
            ["Raw:Topics:0"] = People,
            ["Raw:Topics:1"] = Stock,
            ["Images:State"] = "on",
            ["Images:Partitions"] = Partitions.ToString(CultureInfo.InvariantCulture),
            ["Images:Store"] = "rocksdb",
            ["Images:Directory"] = folder.Path,
            ["Sources:0:TopicPattern"] = "disk\\.stock",
            ["Sources:0:Name"] = "stock",
            ["Sources:0:IncludeNullAndEmpty"] = "true",
            ["Sources:0:Tables:public.stock:Key:0"] = "id",
            ["Sources:1:Name"] = "people",
            ["Streams:MaxTransactionRecords"] = "50",
            ["Streams:TransactionTimeoutMilliseconds"] = "2000",
        });
        await pipeline.MigrateAsync();
        return pipeline;
    }
}
