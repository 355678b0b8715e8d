using System.Text;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Claims;

/// <summary>Reads the last record of each task, partition by partition to where each ends when it is begun, in steps.</summary>
internal sealed class TaskRecordReader(IChangelogReader reader, string topic, IEnumerable<int> partitions, LoopClock clock) : IDisposable
{
    /// <summary>How many records one step reads at most.</summary>
    private const int MaxStepRecords = 2_000;

    private static readonly TimeSpan RecordWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);

    private readonly Queue<int> left = new(partitions);
    private readonly Dictionary<string, TaskRecord> found = new(StringComparer.Ordinal);
    private long? end;
    private long place;

    /// <summary>The last record of a task; null where there is none that is understood.</summary>
    internal TaskRecord? Of(StreamTask task) => found.GetValueOrDefault(task.Id.ToString());

    /// <summary>Reads on for a short while.</summary>
    /// <returns>True when all is read.</returns>
    /// <exception cref="ClientException">A read failed: the next step begins its partition again.</exception>
    internal bool ReadOn()
    {
        try
        {
            for (var records = 0; left.TryPeek(out var number) && records < MaxStepRecords && !clock.Stop.IsCancellationRequested; records++)
            {
                var partition = new TopicPartition(topic, number);
                if (!Begin(partition) || place >= end)
                    Next();
                else if (!Poll(partition))
                    return false;
            }
            return left.Count == 0;
        }
        catch (ClientException)
        {
            end = null;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    // False for a partition without records.
    private bool Begin(TopicPartition partition)
    {
        if (end is not null)
            return true;
        (end, place) = (reader.End(partition, CallWait), 0);
        if (end == 0)
            return false;
        reader.Open(partition, offset: 0);
        return true;
    }

    private void Next()
    {
        left.Dequeue();
        end = null;
    }

    // False when nothing came in time: others are to be served.
    private bool Poll(TopicPartition partition)
    {
        var isThere = reader.Poll(RecordWait, out var record);
        if (isThere)
        {
            place = record.Offset + 1;
            if (record.Key is { } key)
                Keep(Encoding.UTF8.GetString(key.Span), record.Value);
        }

        // Behind aborted records and markers there may be no record.
        place = Math.Max(place, reader.Position(partition) ?? 0);
        return isThere || place >= end;
    }

    private void Keep(string task, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes && TaskRecord.TryParse(bytes.Span, out var record))
            found[task] = record;
        else
            found.Remove(task);
    }
}
