using System.Globalization;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Kafka's own <c>kafka-consumer-groups</c> tells where the pipeline stands, and sets it back.</summary>
[Collection(RealStackCollection.Name)]
public sealed class KafkaToolsTests(RealStack stack)
{
    private const string Name = "tools";
    private const int Partitions = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaAndPostgresFact]
    public async Task The_tool_tells_the_lag_of_each_part_and_sets_groups_back()
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_tools");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, Name);
        await Items.CreateTopicAsync(stack.Kafka, Name, Partitions);
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Name));
        string instant;
        await using (var process = pipeline.Start())
        {
            producer.SendItems(1_000);
            await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Name));
            (await LagAsync(pipeline.ApplicationId, Items.Topic(Name))).ShouldBe([0, 0, 0]);
            await AssertOnlyMarkersAreLeftAsync(pipeline);
            instant = await InstantAfterAllAsync(pipeline);
            await AssertLagOfASinkThatWaitsAsync(pipeline, process, producer);
            await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        }
        await SetBackAsync(pipeline.ApplicationId, Items.Topic(Name), "--to-datetime", instant);
        await AssertComeAgainAsync(pipeline, 500);
        await SetBackAsync(pipeline.ApplicationId, Items.Topic(Name), "--shift-by", "-10");
        await AssertComeAgainAsync(pipeline, 10 * Partitions);
        await SetBackAsync(pipeline.SinkGroup, pipeline.FinalTopic, "--to-earliest");

        // What the two replays gave is on the topic twice; everything else, the ledger's events among it, is in the table once.
        var stored = await store.ScalarAsync<long>("select count(*) from audit.event");
        await AssertComeAgainAsync(pipeline, stored + 500 + (10 * Partitions));
        (await store.ScalarAsync<long>("select count(*) from audit.event where operation = 'insert'")).ShouldBe(1_500);
        (await store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
    }

    // What the tool calls lag behind the last event is the end of a transaction, which is no record: nobody will ever read it.
    private async Task AssertOnlyMarkersAreLeftAsync(Pipeline pipeline)
    {
        var last = TopicReader.ReadAll(pipeline.BootstrapServers, pipeline.FinalTopic)
            .GroupBy(record => record.Partition)
            .ToDictionary(partition => partition.Key, partition => partition.Max(record => record.Offset));
        await Eventually.HoldsAsync("the sink to have committed every event", Limit, async () =>
            (await DescribeAsync(pipeline.SinkGroup, pipeline.FinalTopic)).TrueForAll(line =>
                line.Committed == last.GetValueOrDefault(line.Partition, -1) + 1));
    }

    // The table is locked: normalize has no lag, and the sink's lag is every event of these items, with a marker or more.
    private async Task AssertLagOfASinkThatWaitsAsync(Pipeline pipeline, AuditStreamProcess process, RawProducer producer)
    {
        await using (var connection = await pipeline.Store.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("lock table audit.event in access exclusive mode", connection, transaction);
            await command.ExecuteNonQueryAsync();
            producer.SendItems(500);
            await process.HoldsAsync("normalize to have no lag and the sink all of it", Limit, async () =>
                (await LagAsync(pipeline.ApplicationId, Items.Topic(Name))).Sum() == 0
                && (await LagAsync(pipeline.SinkGroup, pipeline.FinalTopic)).Sum() >= 500);
        }
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Name));
    }

    // Between two records by their timestamps, which are the brokers'.
    private static async Task<string> InstantAfterAllAsync(Pipeline pipeline)
    {
        var last = TopicReader.ReadAll(pipeline.BootstrapServers, Items.Topic(Name)).Max(record => record.TimestampMilliseconds);
        var instant = DateTimeOffset.FromUnixTimeMilliseconds(last + 1);
        await Eventually.HoldsAsync("a later millisecond", Limit, () => TimeProvider.System.GetUtcNow() > instant.AddMilliseconds(1));
        return instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static async Task AssertComeAgainAsync(Pipeline pipeline, long expected)
    {
        await using var process = pipeline.Start();
        await process.ReadyAsync();
        await process.HoldsAsync($"{expected} events to be there already", Limit, async () =>
            (await process.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"") >= expected);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        var lines = process.Output.Lines();
        lines.ShouldContain(line => line.Contains($"{expected} duplicates", StringComparison.Ordinal), process.Output.Tail());
    }

    private Task SetBackAsync(string group, string topic, params string[] place) =>
        stack.Kafka.ToolAsync("groups", ["--group", group, "--topic", topic, "--reset-offsets", .. place, "--execute"]);

    private async Task<List<long>> LagAsync(string group, string topic) => [.. (await DescribeAsync(group, topic)).Select(line => line.Lag)];

    // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG …; a partition without a committed offset has a dash.
    private async Task<List<(int Partition, long Committed, long Lag)>> DescribeAsync(string group, string topic) =>
        [.. (await stack.Kafka.ToolAsync("groups", "--describe", "--group", group)).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 5 && words[1] == topic)
            .Select(words => (Number(words[2]), (long)Number(words[3]), (long)Number(words[5])))
            .OrderBy(line => line.Item1)];

    private static int Number(string text) => text == "-" ? 0 : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
