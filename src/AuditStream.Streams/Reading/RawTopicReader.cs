using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Check;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Reading;

/// <summary>Reads what normalize has processed of the raw topics once more, and tells whether what came of it has arrived. Changes nothing on the
/// cluster.</summary>
/// <remarks>Blocks its caller. What is on its way: normalize commits its offsets with its events, so everything that a range below its commit gave lies
/// before the ends that the pipeline's own topics have afterwards. What the sink has passed of it is in the store.</remarks>
public sealed class RawTopicReader : IDisposable
{
    private const int MaxLooks = 120;
    private static readonly TimeSpan betweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly StreamsSettings settings;
    private readonly ClusterProbe probe;

    /// <summary>Makes it; connects to nothing yet.</summary>
    public RawTopicReader(StreamsSettings settings)
    {
        this.settings = settings;
        probe = new ClusterProbe(settings, new NoAuthentication());
    }

    /// <summary>The ranges of all partitions of the raw topics, in order.</summary>
    /// <exception cref="ClientException">Kafka was not reached, or refuses.</exception>
    public IReadOnlyList<RawRange> Ranges()
    {
        var partitions = PartitionsOf(topic => RawSubscription.Covers(settings, topic));
        if (partitions.Count == 0)
            return [];
        var committed = probe.Committed(settings.ApplicationId, partitions);
        var ranges = Bounds(partitions);
        return [.. partitions.Order().Select(partition =>
        {
            var (first, end) = ranges[partition];
            return new RawRange(partition, first, Math.Max(first, Math.Min(committed.GetValueOrDefault(partition) ?? first, end)));
        })];
    }

    /// <summary>Reads one range, in order.</summary>
    /// <param name="range">The range.</param>
    /// <param name="take">Takes each record, whose memory is its own.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ClientException">Kafka refuses, or does not answer.</exception>
    public void Read(RawRange range, Action<RawRecord> take, CancellationToken cancellationToken) => RangeReader.Read(
        probe, settings.ApplicationId, new Dictionary<TopicPartition, (long First, long End)> { [range.Partition] = (range.First, range.End) }, record =>
        {
            take(record);
            return true;
        }, cancellationToken);

    /// <summary>Where the topic of forwarded changes ends now, where images of rows are kept: asked after <see cref="Ranges"/>, for
    /// <see cref="WaitForImages"/>.</summary>
    /// <exception cref="ClientException">As of <see cref="Read"/>.</exception>
    public IReadOnlyDictionary<TopicPartition, (long First, long End)> ForwardedEnds() =>
        settings.KeepsImages ? Bounds(PartitionsOf(topic => topic == settings.RepartitionTopic)) : new Dictionary<TopicPartition, (long First, long End)>();

    /// <summary>Waits a minute for the group of images to take everything that the ranges gave it.</summary>
    /// <param name="forwardedEnds">What <see cref="ForwardedEnds"/> gave.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>False when it has not: nothing is known of the events that it has not made.</returns>
    /// <exception cref="ClientException">As of <see cref="Read"/>.</exception>
    public bool WaitForImages(IReadOnlyDictionary<TopicPartition, (long First, long End)> forwardedEnds, CancellationToken cancellationToken)
    {
        for (var look = 1; HasUnread(settings.ImagesGroup, forwardedEnds, cancellationToken); look++)
        {
            if (look == MaxLooks)
                return false;
            cancellationToken.WaitHandle.WaitOne(betweenLooks);
            cancellationToken.ThrowIfCancellationRequested();
        }
        return true;
    }

    /// <summary>Reads the ids of the events that the sink has not taken from the final topic yet. What the ranges gave and is not among them has been
    /// taken.</summary>
    /// <param name="take">Takes each id.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ClientException">As of <see cref="Read"/>.</exception>
    public void ReadUntaken(Action<Guid> take, CancellationToken cancellationToken)
    {
        var ranges = Bounds(PartitionsOf(topic => topic == settings.FinalTopic));
        RangeReader.Read(probe, settings.SinkGroup, Rest(settings.SinkGroup, ranges), record =>
        {
            foreach (var header in record.Headers)
            {
                if (header.Name == EventHeaders.Id && Guid.TryParse(Encoding.ASCII.GetString(header.Value.GetValueOrDefault().Span), out var id))
                    take(id);
            }
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    // A group may stand before a marker for ever; only a record that can be read is one that it has not taken.
    private bool HasUnread(string group, IReadOnlyDictionary<TopicPartition, (long First, long End)> ranges, CancellationToken cancellationToken)
    {
        var hasUnread = false;
        RangeReader.Read(probe, group, Rest(group, ranges), _ =>
        {
            hasUnread = true;
            return false;
        }, cancellationToken);
        return hasUnread;
    }

    private Dictionary<TopicPartition, (long First, long End)> Rest(string group, IReadOnlyDictionary<TopicPartition, (long First, long End)> ranges)
    {
        if (ranges.Count == 0)
            return [];
        var committed = probe.Committed(group, [.. ranges.Keys]);
        return ranges.ToDictionary(range => range.Key,
            range => (First: Math.Max(range.Value.First, committed.GetValueOrDefault(range.Key) ?? range.Value.First), range.Value.End));
    }

    private List<TopicPartition> PartitionsOf(Func<string, bool> isWanted)
    {
        try
        {
            return [.. probe.Metadata().Topics.Where(topic => isWanted(topic.Key))
                .SelectMany(topic => Enumerable.Range(0, topic.Value).Select(number => new TopicPartition(topic.Key, number)))];
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking {settings.BootstrapServers} (Kafka:BootstrapServers) for topics", exception);
        }
    }

    private Dictionary<TopicPartition, (long First, long End)> Bounds(IReadOnlyCollection<TopicPartition> partitions)
    {
        var bounds = probe.Ranges(partitions);
        return partitions.FirstOrDefault(partition => !bounds.ContainsKey(partition)) is { Topic: not null } unknown
            ? throw new ClientException(ClientErrorClass.Retriable, "OffsetsUnknown", $"Asking for the offsets of {unknown} failed: the cluster does not tell them.")
            : bounds;
    }
}
