using AuditStream.Core.Flow;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Loop;

/// <summary>What is processed and not committed: how much it is, since when, and its last record.</summary>
internal sealed class OpenWork(StreamsSettings settings, TimeProvider time)
{
    private long bytes;
    private long openedAt;
    private long lastRecordAt;
    private (StreamTask? Task, long Offset, long Bytes) last;
    private (StreamTask? Task, long Offset, long Bytes) beforeLast;

    /// <summary>How many records it is.</summary>
    internal int Records { get; private set; }

    /// <summary>The task of the last record; null when there is none.</summary>
    internal StreamTask? LastTask => last.Task;

    /// <summary>The last record's offset; of meaning when there is one.</summary>
    internal long LastOffset => last.Offset;

    /// <summary>How long until it is due for a commit if no record comes.</summary>
    internal TimeSpan WaitUntilDue()
    {
        var untilInterval = TimeSpan.FromMilliseconds(settings.CommitIntervalMilliseconds) - time.GetElapsedTime(openedAt);
        var untilIdle = TimeSpan.FromMilliseconds(settings.CommitIdleMilliseconds) - time.GetElapsedTime(lastRecordAt);
        var wait = untilIdle < untilInterval ? untilIdle : untilInterval;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>True when it is to be committed now.</summary>
    internal bool IsDue(int maxRecords) =>
        Records >= maxRecords
        || bytes >= settings.MaxTransactionBytes
        || time.GetElapsedTime(openedAt) >= TimeSpan.FromMilliseconds(settings.CommitIntervalMilliseconds);

    /// <summary>A record is added.</summary>
    internal void Take(StreamTask task, in RawRecord record)
    {
        lastRecordAt = time.GetTimestamp();
        if (Records++ == 0)
            openedAt = lastRecordAt;
        beforeLast = last;
        last = (task, record.Offset, (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0));
        bytes += last.Bytes;
    }

    /// <summary>The last record is taken out again: once, and before the next is added.</summary>
    internal void GiveBack()
    {
        Records--;
        bytes -= last.Bytes;
        last = beforeLast;
    }

    /// <summary>It is committed, or dropped.</summary>
    internal void Forget()
    {
        Records = 0;
        bytes = 0;
        last = beforeLast = default;
    }
}
