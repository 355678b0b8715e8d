using System.Globalization;
using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Loop;

/// <summary>Takes a handler's events and produces them at once; adds the header that holds the only clock of ours.</summary>
internal sealed class EventOutput(string topic, TimeProvider time) : IAuditEventOutput
{
    private static readonly long TicksPerMillisecond = TimeSpan.TicksPerMillisecond;
    private readonly List<RecordHeader> headers = [];
    private IUnitOfWork? work;
    private long stampedMillisecond = -1;
    private ReadOnlyMemory<byte> stamp;

    /// <summary>How many events of the current record were produced.</summary>
    internal int Events { get; private set; }

    /// <summary>A new record begins: its events go here.</summary>
    internal void Begin(IUnitOfWork target)
    {
        work = target;
        Events = 0;
    }

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        headers.Clear();
        headers.AddRange(auditEvent.Headers);
        headers.Add(new RecordHeader("auditstream-processed-at", Now()));
        var target = work ?? throw new InvalidOperationException("Emitting an event failed: no record is being processed.");
        target.Produce(new OutgoingRecord
        {
            Topic = topic,
            Key = auditEvent.Key,
            Value = auditEvent.Value,
            Headers = headers,
            TimestampMilliseconds = auditEvent.TimestampMilliseconds,
        });
        Events++;
    }

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
