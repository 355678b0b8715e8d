using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AuditStream.Streams.Settings;
using AuditStream.Testing;
using Confluent.Kafka;
using Xunit.Abstractions;

namespace AuditStream.Streams.Tests.Real;

/// <summary>Partitions that move between instances on a real broker: whichever way they do, every record once; and how long they stand.</summary>
public sealed class OwnershipTests(RealClusterFixture fixture, ITestOutputHelper output) : IClassFixture<RealClusterFixture>
{
    private const int Partitions = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan BetweenRecords = TimeSpan.FromMilliseconds(5);

    [RealKafkaFact]
    public Task Instances_that_come_and_go_move_partitions_all_at_once_and_every_record_is_copied_once() => ComeAndGoAsync(RebalanceProtocol.Eager);

    [RealKafkaFact]
    public Task Instances_that_come_and_go_move_partitions_one_by_one_and_every_record_is_copied_once() => ComeAndGoAsync(RebalanceProtocol.Cooperative);

    [RealKafkaFact]
    public async Task A_static_member_that_comes_back_has_what_it_had_and_nobody_else_notices()
    {
        var (cluster, settings) = await NewAsync("static");
        settings = settings with { HasStaticMembers = true, SessionTimeoutMilliseconds = 30_000, ProcessId = "pod-0" };
        using var stop = new CancellationTokenSource();
        var produced = ProduceAsync(cluster, settings, stop.Token);
        await using var other = new RunningNormalizer(settings with { ProcessId = "pod-1" });
        string[] had;
        long consumed;
        await using (var first = new RunningNormalizer(settings))
        {
            await OwnAsync(6, first, other);
            had = [.. first.Tasks.Order(StringComparer.Ordinal)];
            await ConsumesAsync(first);
            await first.StopAsync();
            consumed = first.Metrics.Ledger().Total.Consumed;
        }
        await using var again = new RunningNormalizer(settings);
        await ConsumesAsync(again);
        again.Tasks.Order(StringComparer.Ordinal).ShouldBe(had);
        other.Log.Lines.Count(line => line.Contains(" owns ", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(2, other.Log.ToString());
        other.Tasks.Count.ShouldBe(6);
        await stop.CancelAsync();
        await CensusAsync(cluster, settings, await produced, () => consumed + Consumed(other, again));
    }

    [RealKafkaFact]
    public async Task A_second_process_of_one_instance_id_ends_the_first_with_words()
    {
        var (_, settings) = await NewAsync("twin");
        settings = settings with { HasStaticMembers = true, ProcessId = "same" };
        await using var first = new RunningNormalizer(settings);
        await OwnAsync(Partitions, first);
        await using var second = new RunningNormalizer(settings);
        await Eventually.HoldsAsync("one of the two to end", Limit, () => first.Run.IsCompleted || second.Run.IsCompleted, first.Log.ToString);
        var ended = first.Run.IsCompleted ? first : second;
        var exception = await Should.ThrowAsync<StreamsException>(() => ended.Run);
        exception.Message.ShouldContain("Streams:InstanceId");
    }

    private async Task ComeAndGoAsync(RebalanceProtocol protocol)
    {
        var (cluster, settings) = await NewAsync(protocol.ToString().ToLowerInvariant());
        settings = settings with { Rebalance = protocol };
        var pauses = new ConcurrentDictionary<int, MeasuredHandler.Pause>();
        using var stop = new CancellationTokenSource();
        await using var one = new RunningNormalizer(settings with { ProcessId = "one" }, () => new MeasuredHandler(pauses));
        await using var two = new RunningNormalizer(settings with { ProcessId = "two" }, () => new MeasuredHandler(pauses));
        await using var three = new RunningNormalizer(settings with { ProcessId = "three" }, () => new MeasuredHandler(pauses));
        await OwnAsync(4, one, two, three);
        var produced = ProduceAsync(cluster, settings, stop.Token);
        await ConsumesAsync(one, two, three);
        pauses.Clear();
        await Eventually.HoldsAsync("records of all partitions", Limit, () => pauses.Count == Partitions);
        long gone;
        await using (var four = new RunningNormalizer(settings with { ProcessId = "four", Threads = 1 }, () => new MeasuredHandler(pauses)))
        {
            await OwnAsync(3, one, two, three, four);
            await ConsumesAsync(four);
            Say(protocol, "joined", pauses, Numbers(four.Tasks));
            await four.StopAsync();
            gone = four.Metrics.Ledger().Total.Consumed;
        }
        await OwnAsync(4, one, two, three);
        await ConsumesAsync(one, two, three);
        await stop.CancelAsync();
        await CensusAsync(cluster, settings, await produced, () => gone + Consumed(one, two, three));
    }

    private void Say(RebalanceProtocol protocol, string what, ConcurrentDictionary<int, MeasuredHandler.Pause> pauses, IReadOnlySet<int> moved)
    {
        var stayed = pauses.Where(pause => !moved.Contains(pause.Key)).Max(pause => pause.Value.Longest).TotalMilliseconds;
        var went = pauses.Where(pause => moved.Contains(pause.Key)).Max(pause => pause.Value.Longest).TotalMilliseconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{protocol}: a fourth instance {what}. Longest time without a record: {stayed:F0} ms where the owner stayed, {went:F0} ms where it changed."));
    }

    private static HashSet<int> Numbers(IEnumerable<string> tasks) =>
        [.. tasks.Select(task => int.Parse(task[(task.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture))];

    private static long Consumed(params RunningNormalizer[] all) => all.Sum(one => one.Metrics.Ledger().Total.Consumed);

    private static Task OwnAsync(int each, params RunningNormalizer[] all) => Eventually.HoldsAsync(
        FormattableString.Invariant($"{all.Length} instances to own {each} partitions each"), Limit,
        () => all.All(one => one.Tasks.Count == each), () => string.Join('\n', all.Select(one => one.Log)));

    // Each of them commits something from now on.
    private static async Task ConsumesAsync(params RunningNormalizer[] all)
    {
        var before = Array.ConvertAll(all, one => Consumed(one));
        await Eventually.HoldsAsync("each instance to commit", Limit, () => all.Select((one, index) => Consumed(one) > before[index]).All(more => more),
            () => string.Join('\n', all.Select(one => one.Log)));
    }

    /// <summary>Produces to every partition all the time.</summary>
    /// <returns>How many records it were.</returns>
    private static async Task<int> ProduceAsync(KafkaCluster cluster, StreamsSettings settings, CancellationToken stop)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, LingerMs = 1 }).Build();
        using var timer = new PeriodicTimer(BetweenRecords);
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                producer.Produce(
                    new TopicPartition(settings.RawTopics[0], partition),
                    new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes(FormattableString.Invariant($"{count++:D7}")) });
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        producer.Flush(Limit);
        return count;
    }

    private static async Task CensusAsync(KafkaCluster cluster, StreamsSettings settings, int expected, Func<long> consumed)
    {
        await Eventually.HoldsAsync(FormattableString.Invariant($"{expected} records to be committed"), Limit, () => consumed() >= expected,
            () => FormattableString.Invariant($"It were {consumed()}."));
        var values = TopicReader.ReadAll(cluster.BootstrapServers, settings.FinalTopic).ConvertAll(record => Encoding.UTF8.GetString(record.Value ?? []));
        values.Distinct().Count().ShouldBe(expected);
        values.Count.ShouldBe(expected);
    }

    private async Task<(KafkaCluster Cluster, StreamsSettings Settings)> NewAsync(string name)
    {
        var cluster = await fixture.ClusterAsync();
        await cluster.CreateTopicsAsync(Partitions, [name + ".raw"]);
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
