using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>The pipeline's account on a real broker: its ranges join across stops, SIGKILL and a group reset, and add up to what was sent.</summary>
[Collection(RealStackCollection.Name)]
public sealed class LedgerTests(RealStack stack)
{
    private const string Name = "ledger";
    private const int Backlog = 4_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaAndPostgresFact]
    public async Task The_account_joins_across_kills_and_stops_and_begins_anew_after_a_reset()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_ledger");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, Name);
        pipeline.Configuration["Streams:LedgerIntervalMilliseconds"] = "300";
        await Items.CreateTopicAsync(stack.Kafka, Name);
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Name));
        foreach (var signal in new[] { PosixSignal.Kill, PosixSignal.Terminate, PosixSignal.Kill })
        {
            await using var process = pipeline.Start();
            await process.ReadyAsync();
            producer.SendItems(Backlog);
            var stored = await pipeline.StoredAsync();
            await process.HoldsAsync("some events to be stored", Limit, async () => await pipeline.StoredAsync() > stored);
            if (signal == PosixSignal.Terminate)
                await Pipeline.StopCleanlyAsync(process, signal);
            else
                process.Send(signal);
        }
        await RunToEndAsync(pipeline);
        await Items.AssertEachOnceAsync(pipeline, producer.Last);
        var ranges = Ranges(pipeline);
        ranges.Sum(range => range.Consumed).ShouldBe(producer.Last);
        foreach (var partition in ranges.GroupBy(range => range.Partition))
            Chain(partition).ShouldBe(0, $"the account of partition {partition.Key} begins where its topic begins");

        await stack.Kafka.ResetGroupToEarliestAsync(pipeline.ApplicationId, Items.Topic(Name));
        await RunToEndAsync(pipeline);
        ranges = [.. Ranges(pipeline).Skip(ranges.Count)];
        ranges.Sum(range => range.Consumed).ShouldBe(producer.Last);
        foreach (var partition in ranges.GroupBy(range => range.Partition))
            Chain(partition).ShouldBe(0, $"the account of partition {partition.Key} begins anew");
        (await store.ScalarAsync<long>("select count(*) from audit.event where operation = 'ledger' and source = 'ledger'")).ShouldBeGreaterThan(0);
        (await store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
    }

    private async Task RunToEndAsync(Pipeline pipeline)
    {
        await using var process = pipeline.Start();
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Name));
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    // Where it begins; each range begins where the one before it ends.
    private static long Chain(IEnumerable<Range> ranges)
    {
        var ordered = ranges.OrderBy(range => range.From).ToList();
        foreach (var (before, next) in ordered.Zip(ordered.Skip(1)))
            next.From.ShouldBe(before.To);
        return ordered[0].From;
    }

    // All of an account has one key, so it stands in one partition, in its order.
    private static List<Range> Ranges(Pipeline pipeline) =>
    [
        .. TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.FinalTopic)
            .Where(record => record.Header("ce_type") == "auditstream.ledger")
            .Select(record => JsonSerializer.Deserialize<JsonElement>(record.Value).GetProperty("detail"))
            .Select(detail => new Range(detail.GetProperty("partition").GetInt32(), Number(detail, "from"), Number(detail, "to"), Number(detail, "consumed"))),
    ];

    private static long Number(JsonElement detail, string name) =>
        long.Parse(detail.GetProperty(name).GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A ledger event as it was read.</summary>
    private sealed record Range(int Partition, long From, long To, long Consumed);
}
