using System.Text;
using AuditStream.Streams.Settings;
using AuditStream.Testing;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace AuditStream.Streams.Tests.Real;

/// <summary>What can become of raw topics while a group reads them, and what may not be read, on a real broker.</summary>
public sealed class RawTopicsTests(RealClusterFixture fixture) : IClassFixture<RealClusterFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealKafkaFact]
    public async Task Retention_that_passes_the_group_and_a_log_that_ends_before_it_are_said_and_what_is_left_is_read()
    {
        var (cluster, settings) = await NewAsync("passed");
        await cluster.CreateTopicsAsync(1, ["passed.raw"]);
        Produce(settings, "a", 100);
        await RunAsync(settings, 100);
        Produce(settings, "b", 100);
        using var admin = Admin(cluster);
        await admin.DeleteRecordsAsync([new TopicPartitionOffset("passed.raw", 0, 150)]);
        (await RunAsync(settings, 50)).ShouldContain(line =>
            line.StartsWith("Error: 50 offsets of passed.raw-0 are gone unread: the group passed stood at 100", StringComparison.Ordinal));

        // As after an election of a leader that had not seen the last records.
        using (var ahead = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = settings.ApplicationId }).Build())
            ahead.Commit([new TopicPartitionOffset("passed.raw", 0, 1_000)]);
        (await RunAsync(settings, 50)).ShouldContain(line =>
            line.StartsWith("Error: passed.raw-0 ends before offset 1000, where the group passed stood", StringComparison.Ordinal));
        var values = TopicReader.ReadAll(cluster.BootstrapServers, settings.FinalTopic).ConvertAll(record => Encoding.UTF8.GetString(record.Value ?? []));
        values.Count.ShouldBe(200);
        values.Distinct().Count().ShouldBe(150);
    }

    [RealKafkaFact]
    public async Task A_raw_topic_that_is_missing_is_waited_for_and_partitions_that_are_added_join()
    {
        var (cluster, settings) = await NewAsync("late");
        await using var normalizer = new RunningNormalizer(settings);
        await Eventually.HoldsAsync("the missing topic to be named", Limit,
            () => normalizer.Log.Lines.Any(line => line.StartsWith("Warning: Waiting for raw topics", StringComparison.Ordinal)
                && line.Contains("late.raw", StringComparison.Ordinal)), normalizer.Log.ToString);
        await cluster.CreateTopicsAsync(1, ["late.raw"]);
        Produce(settings, "a", 10);
        await ConsumedAsync(normalizer, 10);
        using var admin = Admin(cluster);
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "late.raw", IncreaseTo = 3 }]);
        await Eventually.HoldsAsync("the new partitions to be owned", Limit, () => normalizer.Tasks.Count == 3, normalizer.Log.ToString);
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "late.raw", KafkaProducerOfTests.Numbered("b", 10), partition: 2);
        await ConsumedAsync(normalizer, 20);
        await normalizer.StopAsync();
    }

    [RealKafkaFact]
    public async Task What_is_not_allowed_ends_the_run_and_says_which_right_is_missing()
    {
        var (cluster, settings) = await NewAsync("denied");
        await cluster.CreateTopicsAsync(1, ["denied.raw", "denied.events", "denied.events.dlq"]);
        Produce(settings, "a", 1);
        using var admin = Admin(cluster);
        await DeniedAsync(admin, settings, ResourceType.Topic, "denied.raw", AclOperation.Read, "Read and Describe on raw topics");
        await DeniedAsync(admin, settings, ResourceType.Group, "denied", AclOperation.Read, "Read on the groups");
        await DeniedAsync(admin, settings, ResourceType.Topic, settings.FinalTopic, AclOperation.Write, "Read, Write and Describe on the pipeline's own");
        await using var allowed = new RunningNormalizer(settings);
        await ConsumedAsync(allowed, 1);
        await allowed.StopAsync();
    }

    private static async Task DeniedAsync(
        IAdminClient admin, StreamsSettings settings, ResourceType kind, string name, AclOperation operation, string advice)
    {
        var binding = new AclBinding
        {
            Pattern = new ResourcePattern { Type = kind, Name = name, ResourcePatternType = ResourcePatternType.Literal },
            Entry = new AccessControlEntry { Principal = "User:ANONYMOUS", Host = "*", Operation = operation, PermissionType = AclPermissionType.Deny },
        };
        await admin.CreateAclsAsync([binding]);
        await EndsAsync(settings, advice);
        await admin.DeleteAclsAsync([binding.ToFilter()]);
    }

    private static async Task EndsAsync(StreamsSettings settings, string advice)
    {
        await using var normalizer = new RunningNormalizer(settings);
        var exception = await Should.ThrowAsync<StreamsException>(() => normalizer.Run.WaitAsync(Limit));
        exception.Message.ShouldContain("AuthorizationFailed");
        exception.Message.ShouldContain(advice);
    }

    private static IAdminClient Admin(KafkaCluster cluster) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();

    private static void Produce(StreamsSettings settings, string prefix, int count) =>
        KafkaProducerOfTests.Produce(settings.BootstrapServers, settings.RawTopics[0], KafkaProducerOfTests.Numbered(prefix, count));

    private static Task ConsumedAsync(RunningNormalizer normalizer, long records) => Eventually.HoldsAsync(
        FormattableString.Invariant($"{records} records to be committed"), Limit,
        () => normalizer.Metrics.Ledger().Total.Consumed >= records, normalizer.Log.ToString);

    // A run of its own; what it logged.
    private static async Task<IReadOnlyList<string>> RunAsync(StreamsSettings settings, long records)
    {
        await using var normalizer = new RunningNormalizer(settings);
        await ConsumedAsync(normalizer, records);
        await normalizer.StopAsync();
        normalizer.Metrics.Ledger().Total.Consumed.ShouldBe(records);
        return [.. normalizer.Log.Lines];
    }

    private async Task<(KafkaCluster Cluster, StreamsSettings Settings)> NewAsync(string name)
    {
        var cluster = await fixture.ClusterAsync();
        return (cluster, new StreamsSettings
        {
            BootstrapServers = cluster.BootstrapServers,
            ApplicationId = name,
            ProcessId = "p",
            RawTopics = [name + ".raw"],
            FinalTopic = name + ".events",
            DeadLetterTopic = name + ".events.dlq",
            FinalPartitions = 1,

            // What is new is seen within a second.
            Client = new Dictionary<string, string> { ["topic.metadata.refresh.interval.ms"] = "1000" },
        });
    }
}
