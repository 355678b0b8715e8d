using Confluent.Kafka;

namespace AuditStream.Testing;

/// <summary>Reads whole topics as a consumer that sees committed records only.</summary>
public static class TopicReader
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Every committed record of the topics that exist now, in the order of each partition.</summary>
    /// <remarks>A commit returns before its markers are on every partition, and a committed reader sees nothing behind a missing one. So the ends are
    /// those that an uncommitted reader sees at the call, and each partition is read until its position is there.</remarks>
    /// <exception cref="TimeoutException">An end was not reached in time.</exception>
    public static List<TopicRecord> ReadAll(string bootstrapServers, params IEnumerable<string> topics) => [.. Each(bootstrapServers, topics)];

    /// <summary>The same one by one, for topics that are too large to hold.</summary>
    /// <exception cref="TimeoutException">An end was not reached in time.</exception>
    public static IEnumerable<TopicRecord> Each(string bootstrapServers, params IEnumerable<string> topics)
    {
        var partitions = PartitionsOf(bootstrapServers, topics);
        if (partitions.Count == 0)
            yield break;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "test-reader",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true,
            MaxPartitionFetchBytes = 64 * 1024 * 1024,
            FetchMaxBytes = 64 * 1024 * 1024,
        }).Build();
        var ends = EndsOf(bootstrapServers, partitions);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var open = partitions.ToHashSet();
        using var timeout = new CancellationTokenSource(Limit);
        while (open.Count > 0)
        {
            var result = consumer.Consume(timeout.Token);
            if (!result.IsPartitionEOF)
                yield return ToRecord(result);
            else if (result.Offset.Value >= ends[result.TopicPartition])
                open.Remove(result.TopicPartition);
        }
    }

    /// <summary>The topics that exist, without Kafka's own.</summary>
    public static IReadOnlyList<string> Topics(string bootstrapServers)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        return [.. admin.GetMetadata(Limit).Topics.Select(topic => topic.Topic)
            .Where(topic => !topic.StartsWith("__consumer", StringComparison.Ordinal) && !topic.StartsWith("__transaction", StringComparison.Ordinal))];
    }

    private static Dictionary<TopicPartition, long> EndsOf(string bootstrapServers, List<TopicPartition> partitions)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "test-reader",
            IsolationLevel = IsolationLevel.ReadUncommitted,
        }).Build();
        return partitions.ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Limit).High.Value);
    }

    private static List<TopicPartition> PartitionsOf(string bootstrapServers, IEnumerable<string> topics)
    {
        var wanted = topics.ToHashSet(StringComparer.Ordinal);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        return [.. admin.GetMetadata(Limit).Topics.Where(topic => wanted.Contains(topic.Topic))
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
    }

    private static TopicRecord ToRecord(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Topic,
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UnixTimestampMs,
        result.Message.Key,
        result.Message.Value,
        [.. (result.Message.Headers ?? []).Select(header => KeyValuePair.Create<string, byte[]?>(header.Key, header.GetValueBytes()))]);
}
