using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Simulation.Model;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Audit;

/// <summary>Knows from the source alone what must have become of it, and compares. Shares no code with the loop.</summary>
internal sealed class Auditor(Source source, ModelBroker broker, bool isExactlyOnce, bool keepsImages, bool isReadCommitted)
{
    private readonly List<string> breaches = [];

    /// <summary>What is wrong; empty when all is well.</summary>
    internal IReadOnlyList<string> Audit(IEnumerable<LedgerSnapshot> ledgers)
    {
        CountEvents();
        CountDeadLetters();
        if (isExactlyOnce)
            CompareOrder();
        CompareOffsets();
        CompareLedgers(ledgers);
        return breaches;
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes.GetValueOrDefault().Span);

    private static string Header(LogEntry entry, string name) => Text(entry.Headers.Last(header => header.Name == name).Value);

    private static int EventsOf(SourceRecord record) => record.Kind switch
    {
        SourceKind.Row => 1,
        SourceKind.Twice => 2,
        _ => 0,
    };

    private void CountEvents()
    {
        var before = new Dictionary<string, long>();
        var expected = new List<string>();
        foreach (var record in source.Written.Where(record => EventsOf(record) > 0))
        {
            var after = !keepsImages ? "" : before.TryGetValue(record.Row, out var offset) ? $" after {offset}" : " after none";
            before[record.Row] = record.Offset;
            for (var index = 0; index < EventsOf(record); index++)
                expected.Add(FormattableString.Invariant($"{record.Name}#{index}{after}"));
        }
        Compare("event", expected, Events().Select(entry => Text(entry.Value)));
    }

    private void CountDeadLetters()
    {
        var expected = source.Written.Where(record => record.Kind is SourceKind.Poison or SourceKind.Huge)
            .Select(record => $"{record.Name} {record.Kind}");
        var letters = broker.LogsOf(ModelBroker.DeadLetterTopic).SelectMany(log => log.ReadAll(isReadCommitted)).Select(entry =>
            $"{Header(entry, DeadLetterHeaders.Topic)}-{Header(entry, DeadLetterHeaders.Partition)}@{Header(entry, DeadLetterHeaders.Offset)} {Text(entry.Value)}");
        Compare("dead letter", expected, letters);
    }

    private void Compare(string what, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var counts = expected.ToDictionary(name => name, _ => 0);
        foreach (var name in found)
        {
            if (!counts.TryGetValue(name, out var count))
                breaches.Add($"{what} of nothing: {name}");
            else
                counts[name] = count + 1;
        }
        foreach (var (name, count) in counts)
        {
            if (count == 0)
                breaches.Add($"{what} missing: {name}");
            else if (count > 1 && isExactlyOnce)
                breaches.Add($"{what} {count} times: {name}");
        }
    }

    // Per row, events follow the raw offsets. Where records may come again nothing can be said: a batch that failed is sent after the next.
    private void CompareOrder()
    {
        foreach (var log in broker.LogsOf(ModelBroker.FinalTopic))
        {
            var last = new Dictionary<string, (long Offset, int Index)>();
            foreach (var entry in log.ReadAll(isReadCommitted))
            {
                var (row, name) = (Text(entry.Key), Text(entry.Value));
                var parts = name.Split('@', '#', ' ');
                var place = (long.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
                if (last.TryGetValue(row, out var before) && place.CompareTo(before) <= 0)
                    breaches.Add($"order of {row}: {name} after {before}");
                last[row] = place;
            }
        }
    }

    private void CompareOffsets()
    {
        foreach (var partition in broker.RawPartitions)
        {
            var (committed, end) = (broker.Group.Committed(partition) ?? 0, broker.Log(partition).EndOfCommitted);
            if (committed != end)
                breaches.Add(FormattableString.Invariant($"offset of {partition}: {committed} committed, {end} written"));
        }
        foreach (var (partition, log) in broker.Logs)
        {
            if (log.LastStableOffset != log.End)
                breaches.Add($"a transaction stays open in {partition}");
        }
    }

    private void CompareLedgers(IEnumerable<LedgerSnapshot> ledgers)
    {
        var total = new LedgerEntry();
        foreach (var ledger in ledgers)
            total.Add(ledger.Total);
        if (!total.IsBalanced)
            breaches.Add($"the ledger does not balance: {total}");
        if (isExactlyOnce && total.Consumed > source.Written.Count)
            breaches.Add($"the ledger has more than was written: {total}");
    }

    private IEnumerable<LogEntry> Events() =>
        broker.LogsOf(ModelBroker.FinalTopic).SelectMany(log => log.ReadAll(isReadCommitted));
}
