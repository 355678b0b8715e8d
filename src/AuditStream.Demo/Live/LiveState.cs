using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Demo.Messages;
using AuditStream.Streams.Ledger;

namespace AuditStream.Demo.Live;

/// <summary>Gathers what the live view shows. Bounded: what is old is forgotten.</summary>
public sealed class LiveState
{
    /// <summary>How many of the latest changes are kept, and how many of their delays.</summary>
    public const int MaxEntries = 200;

    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time;
    private readonly long started;
    private readonly Queue<LiveEntry> entries = new();
    private readonly Queue<TimeSpan> delays = new();
    private readonly Queue<(TimeSpan At, long Consumed, long Stored)> samples = new();

    /// <summary>Begins now.</summary>
    public LiveState(TimeProvider time)
    {
        this.time = time;
        started = time.GetTimestamp();
    }

    /// <summary>The latest changes, newest first.</summary>
    public IReadOnlyList<LiveEntry> Latest => [.. entries.Reverse()];

    /// <summary>Takes what the sink has committed.</summary>
    public void Add(Arrival arrival)
    {
        var entry = LiveEntry.Of(arrival);
        Keep(entries, entry);
        // A dead letter has no time of the source's.
        if (arrival.Event is not null && arrival.At >= entry.When)
            Keep(delays, arrival.At - entry.When);
    }

    /// <summary>The figures of this moment.</summary>
    /// <param name="published">Raw records put on the topics since the demo began.</param>
    /// <param name="ledger">The product's double entry.</param>
    /// <param name="stored">What became of the rows given to the store.</param>
    public LiveFigures Figures(long published, LedgerSnapshot ledger, StoreResult stored)
    {
        var bySource = new Dictionary<SourceKind, LedgerEntry>();
        foreach (var (topic, entry) in ledger.Topics)
        {
            var kind = SourceKinds.OfTopic(topic);
            if (!bySource.TryGetValue(kind, out var sums))
                bySource.Add(kind, sums = new LedgerEntry());
            sums.Add(entry);
        }
        var elapsed = time.GetElapsedTime(started);
        var figures = new LiveFigures(elapsed, RecordsPerSecond: 0, EventsPerSecond: 0, published, bySource, stored, DelayFigures.Of(delays));
        samples.Enqueue((elapsed, figures.Total.Consumed, stored.Inserted));
        while (samples.Peek().At < elapsed - RateWindow)
            samples.Dequeue();
        var first = samples.Peek();
        var seconds = (elapsed - first.At).TotalSeconds;
        return seconds <= 0 ? figures : figures with
        {
            RecordsPerSecond = (figures.Total.Consumed - first.Consumed) / seconds,
            EventsPerSecond = (stored.Inserted - first.Stored) / seconds,
        };
    }

    private static void Keep<T>(Queue<T> queue, T item)
    {
        if (queue.Count == MaxEntries)
            queue.Dequeue();
        queue.Enqueue(item);
    }
}
