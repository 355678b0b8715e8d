using System.Diagnostics.Metrics;
using AuditStream.Core.Sink;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;
using AuditStream.Streams.Topics;
using AuditStream.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Real;

/// <summary>The sink on a real broker, with a store in memory; records that are no events make rows all the same.</summary>
public sealed class RealSinkTests(RealClusterFixture fixture) : IClassFixture<RealClusterFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [RealKafkaFact]
    public async Task Committed_events_and_dead_letters_reach_the_store_once_across_a_restart_and_a_broken_store()
    {
        var cluster = await fixture.ClusterAsync();
        var settings = SettingsOf(cluster, "sink");
        await cluster.CreateTopicsAsync(2, ["sink.raw"]);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "sink.raw", KafkaProducerOfTests.Numbered("a", 3_000));
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "sink.raw", [("k", "BAD")]);
        await using (var normalizer = new RunningNormalizer(settings))
        {
            await Eventually.HoldsAsync("the raw records to be normalized", Limit, () => normalizer.Metrics.Ledger().Total.Consumed >= 3_001);
            await normalizer.StopAsync();
        }
        var broker = new FakeBroker();
        var first = new FakeStore(broker);
        first.OnWrite.Enqueue(new StoreException(StoreErrorClass.Transient, "57P01", "Going down.", innerException: null));
        await RunUntilAsync(settings, first, () => Different(first) >= 3_001);
        var second = new FakeStore(broker);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.FinalTopic, KafkaProducerOfTests.Numbered("b", 10));
        await RunUntilAsync(settings with { ProcessId = "second" }, second, () => second.DeadLetters.Count >= 10);

        second.DeadLetters.Count.ShouldBe(10);
        first.DeadLetters.Count(letter => letter.Stage == "normalize").ShouldBe(1);
        first.DeadLetters.Where(letter => letter.Stage == "sink").Select(letter => (letter.Partition, letter.Offset)).Distinct().Count().ShouldBe(3_000);
        foreach (var partition in first.DeadLetters.Where(letter => letter.Stage == "sink").GroupBy(letter => letter.Partition))
            partition.Select(letter => letter.Offset).ShouldBeInOrder();
    }

    [RealKafkaFact]
    public async Task Own_topics_are_made_as_the_settings_say()
    {
        var cluster = await fixture.ClusterAsync();
        var settings = SettingsOf(cluster, "made") with { FinalPartitions = 5, MaxRawRecordBytes = 2_000_000 };
        await cluster.CreateTopicsAsync(1, ["made.raw"]);
        await using (var normalizer = new RunningNormalizer(settings))
        {
            await Eventually.HoldsAsync("the thread to own its partition", Limit, () => normalizer.Tasks.Count == 1, normalizer.Log.ToString);
            await normalizer.StopAsync();
        }
        var described = await cluster.ToolAsync("topics", "--describe", "--topic", settings.FinalTopic);
        described.ShouldContain("PartitionCount: 5");
        described.ShouldContain("max.message.bytes=4065536");
        described.ShouldContain("cleanup.policy=delete");
        described.ShouldContain("message.timestamp.type=CreateTime");
    }

    [RealKafkaFact]
    public async Task A_topic_that_may_not_be_made_is_waited_for()
    {
        var cluster = await fixture.ClusterAsync();
        var settings = SettingsOf(cluster, "wait") with { CreateTopics = false };
        await using var normalizer = new RunningNormalizer(settings);
        await Eventually.HoldsAsync(
            "the missing topic to be named", Limit, () => normalizer.Worker.Report().Remarks().Contains("normalize-topics: waits for the topic wait.events"));
        await cluster.CreateTopicsAsync(1, ["wait.raw"]);
        foreach (var own in OwnTopics.Of(settings))
            await cluster.CreateTopicsAsync(own.Partitions, [own.Name], own.Settings.ToDictionary());
        await Eventually.HoldsAsync("the thread to own its partition", Limit, () => normalizer.Tasks.Count == 1, normalizer.Log.ToString);
        await normalizer.StopAsync();
    }

    // A rebalance while joining may hand a batch out again: counted is what is different.
    private static int Different(FakeStore store) =>
        store.DeadLetters.ToArray().Select(letter => (letter.Topic, letter.Partition, letter.Offset)).Distinct().Count();

    private static async Task RunUntilAsync(StreamsSettings settings, FakeStore store, Func<bool> condition)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var log = new CollectedLog();
        var worker = new SinkWorker(
            settings,
            new KafkaClientFactory(settings, authentication: null, log),
            SinkUnderTest.Key.Fingerprint,
            () => store,
            new StreamsMetrics(services.GetRequiredService<IMeterFactory>()),
            log,
            TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var run = worker.RunAsync(stop.Token);
        await Eventually.HoldsAsync("the store to have the rows", Limit, condition, log.ToString);
        await stop.CancelAsync();
        await run;
    }

    private static StreamsSettings SettingsOf(KafkaCluster cluster, string name) => new()
    {
        BootstrapServers = cluster.BootstrapServers,
        ApplicationId = name,
        RawTopics = [name + ".raw"],
        FinalTopic = name + ".events",
        DeadLetterTopic = name + ".events.dlq",
        FinalPartitions = 3,
    };
}
