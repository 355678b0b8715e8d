using System.Globalization;
using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Loop;

/// <summary>Takes a handler's events and forwarded changes and produces them at once; adds to events the header that holds the only clock of
/// ours.</summary>
internal sealed class EventOutput(StreamsSettings settings, TimeProvider time) : IAuditEventOutput
{
    private static readonly long TicksPerMillisecond = TimeSpan.TicksPerMillisecond;
    private readonly List<RecordHeader> headers = [];
    private IUnitOfWork? work;
    private long stampedMillisecond = -1;
    private ReadOnlyMemory<byte> stamp;

    /// <summary>How many events of the current record were produced.</summary>
    internal int Events { get; private set; }

    /// <summary>How many changes of the current record were forwarded.</summary>
    internal int Forwards { get; private set; }

    /// <summary>True when nothing was produced for the current record.</summary>
    internal bool HasNothing { get; private set; } = true;

    /// <summary>A new record begins: its events go here.</summary>
    internal void Begin(IUnitOfWork target)
    {
        work = target;
        Events = Forwards = 0;
        HasNothing = true;
    }

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        Target.Produce(RecordOf(auditEvent));
        Events++;
        HasNothing = false;
    }

    /// <summary>The record of an event; valid until the next one.</summary>
    internal OutgoingRecord RecordOf(AuditEvent auditEvent)
    {
        headers.Clear();
        headers.AddRange(auditEvent.Headers);
        headers.Add(new RecordHeader(EventHeaders.ProcessedAt, Now()));
        return new OutgoingRecord
        {
            Topic = settings.FinalTopic,
            Key = auditEvent.Key,
            Value = auditEvent.Value,
            Headers = headers,
            TimestampMilliseconds = auditEvent.TimestampMilliseconds,
        };
    }

    /// <inheritdoc/>
    public void Forward(in ForwardedMessage message)
    {
        var first = message.IsForAll ? 0 : RowPartition.Of(message.Address.Span, settings.ImagePartitions);
        var last = message.IsForAll ? settings.ImagePartitions - 1 : first;
        for (var partition = first; partition <= last; partition++)
        {
            Target.Produce(new OutgoingRecord
            {
                Topic = settings.RepartitionTopic,
                Partition = partition,
                Key = message.Address,
                Value = message.Value,
                Headers = [],

                // The client's clock: under the raw record's time a replay of old records would be past retention before it is read.
                TimestampMilliseconds = -1,
            });
            HasNothing = false;
        }
        Forwards += message.IsChange ? 1 : 0;
    }

    private IUnitOfWork Target => work ?? throw new InvalidOperationException("Emitting an event failed: no record is being processed.");

    // RFC 3339 in UTC with milliseconds; made again only when the millisecond has changed.
    private ReadOnlyMemory<byte> Now()
    {
        var now = time.GetUtcNow();
        var millisecond = now.Ticks / TicksPerMillisecond;
        if (millisecond != stampedMillisecond)
        {
            stampedMillisecond = millisecond;
            stamp = Encoding.ASCII.GetBytes(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
        return stamp;
    }
}
