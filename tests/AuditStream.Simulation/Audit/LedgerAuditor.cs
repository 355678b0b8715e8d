using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Simulation.Model;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Audit;

/// <summary>Reads the ledger events of the final topic: per partition they join without gap or overlap, and they say what is true.</summary>
internal sealed class LedgerAuditor(Source source, ModelBroker broker, Shape shape, bool isReadCommitted)
{
    /// <summary>The operation of a ledger event.</summary>
    internal const string Operation = "ledger";

    private readonly List<string> breaches = [];

    /// <summary>True for a ledger event.</summary>
    internal static bool IsLedger(LogEntry entry) =>
        entry.Headers.Any(header => header.Name == "ce_type" && Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span) == "auditstream." + Operation);

    /// <summary>What is wrong; empty when all is well.</summary>
    internal IReadOnlyList<string> Audit()
    {
        var ranges = broker.LogsOf(ModelBroker.FinalTopic).SelectMany(log => log.ReadAll(isReadCommitted)).Where(IsLedger)
            .Select(entry => Range.Of(entry.Value.GetValueOrDefault())).ToLookup(range => range.Partition);
        foreach (var (group, reads) in shape.Groups().Where(group => group.Group != shape.Settings.SinkGroup))
        {
            foreach (var partition in broker.Logs.Select(log => log.Partition).Where(partition => reads(partition.Topic)))
            {
                var chain = ranges[partition].OrderBy(range => range.From).ThenBy(range => range.To).ToArray();

                // Where records may come again, so may ranges, some may be missing, and one may tell of what was done again.
                if (!shape.IsExactlyOnce)
                    continue;
                if (Shape.IsRaw(partition.Topic) || !shape.Normalizes)
                    CompareSums(chain);
                CompareChain(partition, chain, broker.Group(group).Committed(partition) ?? 0);
            }
        }
        return breaches;
    }

    private void CompareChain(TopicPartition partition, Range[] chain, long end)
    {
        var first = broker.Logs.Single(log => log.Partition == partition).ReadAll(isReadCommitted).FirstOrDefault()?.Offset ?? end;
        var place = chain.Length > 0 ? chain[0].From : OpenFrom(partition) ?? end;
        if (place > first)
            breaches.Add(FormattableString.Invariant($"ledger of {partition}: begins at {place}, and the first record is {first}"));
        foreach (var range in chain)
        {
            if (range.From != place)
                breaches.Add(FormattableString.Invariant($"ledger of {partition}: {range.From} follows {place}"));
            place = range.To;
        }

        // What an owner that died left open stands in the task's record.
        if (place != end && OpenFrom(partition) != place)
            breaches.Add(FormattableString.Invariant($"ledger of {partition}: ends at {place}, and {end} is committed"));
    }

    private long? OpenFrom(TopicPartition partition)
    {
        var name = FormattableString.Invariant($":{partition}");
        var record = broker.LogsOf(shape.Settings.TasksTopic).SelectMany(log => log.ReadAll(isReadCommitted: true))
            .LastOrDefault(entry => Encoding.UTF8.GetString(entry.Key.GetValueOrDefault().Span).EndsWith(name, StringComparison.Ordinal));
        var value = record?.Value ?? default;
        var ledger = value.IsEmpty ? value : value[(2 + value.Span[1])..];
        return ledger.IsEmpty ? null : BinaryPrimitives.ReadInt64BigEndian(ledger.Span[1..]);
    }

    private void CompareSums(IEnumerable<Range> chain)
    {
        foreach (var range in chain)
        {
            var records = source.Written
                .Where(record => record.Partition == range.Partition && record.Offset >= range.From && record.Offset < range.To).ToArray();
            long Count(Func<SourceRecord, bool> isCounted) => records.Count(isCounted);

            // A forwarded record that is too large is refused by those who make the event.
            var letters = Count(record => record.Kind == SourceKind.Poison || (record.Kind == SourceKind.Huge && !IsForwarded(record)));
            var skips = Count(record => record.Kind == SourceKind.Skip);
            var truth = (
                Consumed: (long)records.Length, Emitted: records.Length - letters - skips, DeadLetters: letters, Skipped: skips,
                Events: Count(record => record.Kind == SourceKind.Row && !IsForwarded(record))
                    + (2 * Count(record => record.Kind == SourceKind.Twice && !IsForwarded(record))));
            if (range.Sums != truth)
                breaches.Add(FormattableString.Invariant($"ledger of {range.Partition} [{range.From},{range.To}): {range.Sums}, and it is {truth}"));
        }
    }

    private bool IsForwarded(SourceRecord record) => shape.Normalizes && shape.KeepsImages && SourceRecord.IsForwarded(record.Row);

    /// <summary>A ledger event as it was read.</summary>
    private sealed record Range(
        TopicPartition Partition, long From, long To, (long Consumed, long Emitted, long DeadLetters, long Skipped, long Events) Sums)
    {
        internal static Range Of(ReadOnlyMemory<byte> value)
        {
            var detail = JsonSerializer.Deserialize<JsonElement>(value.Span).GetProperty("detail");
            long Number(string name) => long.Parse(detail.GetProperty(name).GetString() ?? "", CultureInfo.InvariantCulture);
            var skipped = detail.GetProperty("skipped").EnumerateObject().Sum(reason => long.Parse(reason.Value.GetString() ?? "", CultureInfo.InvariantCulture));
            return new Range(
                new TopicPartition(detail.GetProperty("topic").GetString() ?? "", detail.GetProperty("partition").GetInt32()), Number("from"), Number("to"),
                (Number("consumed"), Number("emitted"), Number("dead_letters"), skipped, Number("events")));
        }
    }
}
