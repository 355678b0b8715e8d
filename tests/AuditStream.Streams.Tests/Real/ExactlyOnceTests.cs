using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Clients;
using AuditStream.Testing;
using Confluent.Kafka;

namespace AuditStream.Streams.Tests.Real;

/// <summary>Exactly-once on a real broker: what a reader of committed records sees, counted.</summary>
public sealed class ExactlyOnceTests(RealClusterFixture fixture) : IClassFixture<RealClusterFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaFact]
    public async Task Every_record_is_copied_once_across_restarts()
    {
        var (cluster, settings) = await NewAsync("restart", partitions: 4);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("a", 20_000));
        long consumed;
        await using (var first = new RunningNormalizer(settings))
        {
            await AtLeast(first, 5_000);
            await first.StopAsync();
            consumed = first.Metrics.Ledger().Total.Consumed;
        }
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("b", 20_000));
        await using var second = new RunningNormalizer(settings with { ProcessId = "second" });
        await CensusAsync(cluster, settings, 40_000, second, consumed);
    }

    [RealKafkaFact]
    public async Task Offsets_of_records_are_told_before_the_commit_returns()
    {
        var cluster = await fixture.ClusterAsync();
        await cluster.CreateTopicsAsync(1, ["told-offsets"]);
        ConfluentProducerTests.TellsOffsets(cluster.BootstrapServers, "told-offsets");
    }

    [RealKafkaFact]
    public async Task Two_instances_share_the_partitions_and_copy_every_record_once()
    {
        var (cluster, settings) = await NewAsync("share", partitions: 6);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("a", 20_000));
        await using var first = new RunningNormalizer(settings with { ProcessId = "first" });
        await AtLeast(first, 3_000);
        Task produce;
        long consumed;
        await using (var second = new RunningNormalizer(settings with { ProcessId = "second", Threads = 2 }))
        {
            await Eventually.HoldsAsync("the second instance to own partitions", Limit, () =>
                second.Tasks.Count == 4 && first.Tasks.Count == 2, second.Log.ToString);
            produce = Task.Run(() => KafkaProducerOfTests.Produce(
                cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("b", 20_000)));
            await AtLeast(second, 1_000);
            await second.StopAsync();
            consumed = second.Metrics.Ledger().Total.Consumed;
        }
        await produce;
        await Eventually.HoldsAsync("the first instance to own all partitions", Limit, () => first.Tasks.Count == 6, first.Log.ToString);
        await CensusAsync(cluster, settings, 40_000, first, consumed);
    }

    [RealKafkaFact]
    public async Task A_fenced_thread_joins_again_and_nothing_is_twice()
    {
        var (cluster, settings) = await NewAsync("fenced", partitions: 2);
        await using var normalizer = new RunningNormalizer(settings with { ProcessId = "victim" });
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("a", 5_000));
        for (var round = 0; round < 3; round++)
        {
            // Only a thread that is back can be fenced again.
            await AtLeast(normalizer, 5_000 * (round + 1));
            using var rival = new ProducerBuilder<Null, Null>(new ProducerConfig
            {
                BootstrapServers = cluster.BootstrapServers,
                TransactionalId = $"{settings.ApplicationId}-victim-1",
            }).Build();
            rival.InitTransactions(Limit);
            KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("f" + round,
                5_000));
            var rejoins = round + 1;
            await Eventually.HoldsAsync(
                "the fenced thread to join again",
                Limit,
                () => normalizer.Log.Lines.Count(line => line.Contains("joins again", StringComparison.Ordinal)) >= rejoins,
                normalizer.Log.ToString);
        }
        await CensusAsync(cluster, settings, 20_000, normalizer);
    }

    [RealKafkaFact]
    public async Task A_reset_group_reads_everything_again()
    {
        var (cluster, settings) = await NewAsync("reset", partitions: 1);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered("a", 1_000));
        await using (var first = new RunningNormalizer(settings))
            await CensusAsync(cluster, settings, 1_000, first);
        await cluster.ResetGroupToEarliestAsync(settings.ApplicationId, settings.RawTopics[0]);
        await using var again = new RunningNormalizer(settings with { ProcessId = "again" });
        await AtLeast(again, 1_000);
        await again.StopAsync();
        var values = Values(cluster, settings.FinalTopic);
        values.Count.ShouldBe(2_000);
        values.GroupBy(value => value).ShouldAllBe(group => group.Count() == 2);
    }

    [RealKafkaFact]
    public async Task A_topic_that_appears_later_joins_by_pattern_and_own_topics_never_do()
    {
        var cluster = await fixture.ClusterAsync();
        var settings = new StreamsSettings
        {
            BootstrapServers = cluster.BootstrapServers,
            ApplicationId = "pattern",
            RawPattern = "pattern\\..*",
            FinalTopic = "pattern.events",
            DeadLetterTopic = "pattern.events.dlq",
        };
        await cluster.CreateTopicsAsync(1, ["pattern.one"]);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "pattern.one", KafkaProducerOfTests.Numbered("one", 100));
        await using var normalizer = new RunningNormalizer(settings);
        await AtLeast(normalizer, 100);
        await cluster.CreateTopicsAsync(2, ["pattern.two"]);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "pattern.two", KafkaProducerOfTests.Numbered("two", 100));
        await CensusAsync(cluster, settings, 200, normalizer);
        normalizer.Metrics.Ledger().Topics.Keys.ShouldBe(["pattern.one", "pattern.two"], ignoreOrder: true);
    }

    [RealKafkaFact]
    public async Task Dead_letters_carry_key_value_headers_and_timestamp_byte_for_byte()
    {
        var (cluster, settings) = await NewAsync("letters", partitions: 1);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], [("k", "good"), ("key", "BAD \u0000 ü"), (null,
            "BAD")]);
        await using var normalizer = new RunningNormalizer(settings);
        await AtLeast(normalizer, 3);
        await normalizer.StopAsync();
        var letters = TopicReader.ReadAll(cluster.BootstrapServers, settings.DeadLetterTopic);
        letters.Count.ShouldBe(2);
        var letter = letters[0];
        letter.Key.ShouldBe("key"u8.ToArray());
        letter.Value.ShouldBe("BAD \0 ü"u8.ToArray());
        letters[1].Key.ShouldBeNull();
        letter.TimestampMilliseconds.ShouldBe(1_700_000_000_000);
        letter.Headers.Select(header => header.Key).ShouldBe(
        [
            "from", "empty", "auditstream-reason", "auditstream-message", "auditstream-topic", "auditstream-partition",
                "auditstream-offset",
            "auditstream-timestamp", "auditstream-stage", "auditstream-attempt", "auditstream-byte-offset",
        ]);
        letter.Header("from").ShouldBe("connector");
        letter.Headers[1].Value.ShouldBeNull();
        letter.Header("auditstream-offset").ShouldBe("1");
        letter.Header("auditstream-topic").ShouldBe(settings.RawTopics[0]);
    }

    [RealKafkaFact]
    public async Task A_record_that_only_the_broker_finds_too_large_becomes_a_dead_letter_and_its_neighbours_arrive()
    {
        var (cluster, settings) = await NewAsync("large", partitions: 1);
        await cluster.CreateTopicsAsync(2, [settings.FinalTopic], new() { ["max.message.bytes"] = "100000",
            ["compression.type"] = "uncompressed" });
        var noise = Convert.ToHexString(System.Security.Cryptography.SHA512.HashData("seed"u8));
        var large = string.Concat(Enumerable.Range(0, 4_000).Select(index =>
            FormattableString.Invariant($"{index}{noise[(index % 100)..]}")));
        var records = KafkaProducerOfTests.Numbered("a", 300).ToList();
        records.Insert(150, ("large", large));
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, settings.RawTopics[0], records);
        await using var normalizer = new RunningNormalizer(settings with { Client = new Dictionary<string,
            string> { ["compression.type"] = "none" } });
        await CensusAsync(cluster, settings, 300, normalizer);
        var letter = TopicReader.ReadAll(cluster.BootstrapServers, settings.DeadLetterTopic).ShouldHaveSingleItem();
        letter.Header("auditstream-reason").ShouldBe("too-large");
        letter.Header("auditstream-offset").ShouldBe("150");
        normalizer.Metrics.Ledger().Total.DeadLetters.ShouldBe(1);
    }

    private static Task AtLeast(RunningNormalizer normalizer, long records) => Eventually.HoldsAsync(
        FormattableString.Invariant($"{records} records to be committed"),
        Limit,
        () => normalizer.Metrics.Ledger().Total.Consumed >= records,
        normalizer.Log.ToString);

    // What Kafka's own tool says: where the group stands, and how far each raw partition goes.
    private static string Offsets(KafkaCluster cluster, StreamsSettings settings) =>
        cluster.ToolAsync("groups", "--describe", "--group", settings.ApplicationId).GetAwaiter().GetResult();

    private static List<string> Values(KafkaCluster cluster, string topic) =>
        [.. TopicReader.ReadAll(cluster.BootstrapServers, topic).Select(record => System.Text.Encoding.UTF8.GetString(record.Value ?? []))];

    // Commits are counted once each, so the instances' own sums say when all is through; then the topic is counted, once.
    private static async Task CensusAsync(
        KafkaCluster cluster, StreamsSettings settings, int expected, RunningNormalizer last, long consumedBefore = 0)
    {
        await Eventually.HoldsAsync(
            FormattableString.Invariant($"{expected} events in {settings.FinalTopic}"),
            Limit,
            () => consumedBefore + last.Metrics.Ledger().Total.Emitted >= expected,
            () => $"{last.Metrics.Ledger().Total}. {last.Log}\n{Offsets(cluster, settings)}");
        await last.StopAsync();
        var values = Values(cluster, settings.FinalTopic);
        values.Count.ShouldBe(expected, last.Log.ToString());
        values.Distinct().Count().ShouldBe(expected);
    }

    private async Task<(KafkaCluster Cluster, StreamsSettings Settings)> NewAsync(string name, int partitions)
    {
        var cluster = await fixture.ClusterAsync();
        await cluster.CreateTopicsAsync(partitions, [name + ".raw"]);
        return (cluster, new StreamsSettings
        {
            BootstrapServers = cluster.BootstrapServers,
            ApplicationId = name,
            RawTopics = [name + ".raw"],
            FinalTopic = name + ".events",
            DeadLetterTopic = name + ".events.dlq",
            FinalPartitions = 3,
        });
    }
}
