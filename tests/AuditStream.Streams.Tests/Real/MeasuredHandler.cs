using System.Collections.Concurrent;
using System.Diagnostics;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Real;

/// <summary>Copies, and measures how long no record of a partition was processed by anybody.</summary>
internal sealed class MeasuredHandler(ConcurrentDictionary<int, MeasuredHandler.Pause> pauses) : IRecordHandler
{
    private readonly CopyHandler inner = new();

    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        var now = Stopwatch.GetTimestamp();
        pauses.AddOrUpdate(
            record.Partition,
            _ => new Pause(now, TimeSpan.Zero),
            (_, pause) => new Pause(now, Longer(pause.Longest, Stopwatch.GetElapsedTime(pause.LastAt, now))));
        return inner.Process(record, output);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>When the last record of a partition was processed, and the longest time between two.</summary>
    internal readonly record struct Pause(long LastAt, TimeSpan Longest);
}
