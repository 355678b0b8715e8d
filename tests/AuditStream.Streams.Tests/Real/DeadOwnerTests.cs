using System.Diagnostics;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Topics;
using AuditStream.Testing;
using Confluent.Kafka;
using Xunit.Abstractions;

namespace AuditStream.Streams.Tests.Real;

/// <summary>A dead owner's open transaction on a real broker, with events in the final topic and offsets pending in the group.</summary>
public sealed class DeadOwnerTests(RealClusterFixture fixture, ITestOutputHelper output) : IClassFixture<RealClusterFixture>
{
    /// <summary>The broker's longest; who waits for it does not pass.</summary>
    private const int TransactionTimeoutMilliseconds = 60_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaFact]
    public async Task What_a_dead_owner_left_open_is_ended_long_before_its_time_out()
    {
        var cluster = await fixture.ClusterAsync();
        var settings = new StreamsSettings
        {
            BootstrapServers = cluster.BootstrapServers,
            ApplicationId = "dead",
            ProcessId = "new",
            RawTopics = ["dead.raw"],
            FinalTopic = "dead.events",
            DeadLetterTopic = "dead.events.dlq",
        };
        await cluster.CreateTopicsAsync(2, [settings.RawTopics[0]]);
        foreach (var own in OwnTopics.Of(settings))
            await cluster.CreateTopicsAsync(own.Partitions, [own.Name], own.Settings.ToDictionary());
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("a", 1_000));
        using var dead = Left(settings);

        var begin = Stopwatch.GetTimestamp();
        await using var normalizer = new RunningNormalizer(settings);
        await Eventually.HoldsAsync(
            "all records to be committed", Limit, () => normalizer.Metrics.Ledger().Total.Emitted == 1_000, normalizer.Log.ToString);
        var took = Stopwatch.GetElapsedTime(begin);
        output.WriteLine(FormattableString.Invariant($"from the start until all was committed: {took.TotalSeconds:f1} s"));

        took.TotalMilliseconds.ShouldBeLessThan(TransactionTimeoutMilliseconds);
        normalizer.Log.Lines.Count(line => line.Contains("dead-gone-1 owned tasks", StringComparison.Ordinal)).ShouldBe(1);
        await normalizer.StopAsync();

        // Read as a reader of committed records does: nothing holds it back, and nothing of the dead owner is there.
        var values = TopicReader.ReadAll(cluster.BootstrapServers, settings.FinalTopic)
            .Select(record => System.Text.Encoding.UTF8.GetString(record.Value ?? [])).ToList();
        values.Count.ShouldBe(1_000);
        values.ShouldNotContain("never");
    }

    // A transaction of a process that is gone, with what a thread writes in it.
    private static IProducer<byte[], byte[]> Left(StreamsSettings settings)
    {
        var dead = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = settings.BootstrapServers,
            TransactionalId = "dead-gone-1",
            TransactionTimeoutMs = TransactionTimeoutMilliseconds,
        }).Build();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = settings.BootstrapServers,
            GroupId = settings.ApplicationId,
        }).Build();
        dead.InitTransactions(Limit);
        dead.BeginTransaction();
        for (var partition = 0; partition < 2; partition++)
        {
            var key = TaskRecord.Key(new TaskId(TaskId.Normalize, settings.RawTopics[0], partition));
            dead.Produce(
                new TopicPartition(settings.TasksTopic, RowPartition.Of(key, settings.TaskPartitions)),
                new Message<byte[], byte[]> { Key = key, Value = new TaskRecord("dead-gone-1", default).ToBytes() });
        }
        for (var partition = 0; partition < settings.FinalPartitions; partition++)
            dead.Produce(new TopicPartition(settings.FinalTopic, partition), new Message<byte[], byte[]> { Value = "never"u8.ToArray() });
        dead.SendOffsetsToTransaction(
            [new TopicPartitionOffset(settings.RawTopics[0], 0, 7), new TopicPartitionOffset(settings.RawTopics[0], 1, 7)],
            consumer.ConsumerGroupMetadata, Limit);
        dead.Flush(Limit);
        return dead;
    }
}
