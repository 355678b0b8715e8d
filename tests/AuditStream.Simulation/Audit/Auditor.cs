using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Simulation.Model;
using AuditStream.Streams.Ledger;

namespace AuditStream.Simulation.Audit;

/// <summary>Knows from the source alone what must have become of it, and compares. Shares no code with the loop.</summary>
internal sealed class Auditor(Source source, ModelBroker broker, ModelDatabase database, Shape shape, bool isReadCommitted)
{
    private readonly List<string> breaches = [];

    /// <summary>Events and dead letters that are not there.</summary>
    internal int Lost { get; private set; }

    /// <summary>Events and dead letters that are there more often than once.</summary>
    internal int Twice { get; private set; }

    /// <summary>What is wrong; empty when all is well.</summary>
    internal IReadOnlyList<string> Audit(IEnumerable<LedgerSnapshot> ledgers)
    {
        var events = ExpectedEvents();
        var letters = ExpectedDeadLetters();
        Compare("event", events, EventsOfTopic().Select(entry => EventText.NameOf(entry.Value)), shape.IsExactlyOnce);
        Compare("dead letter", letters, DeadLettersOfTopic().Select(entry => Text(entry.Value)), shape.IsExactlyOnce);
        if (shape.IsExactlyOnce)
            CompareOrder();
        if (shape.Stores)
            CompareStore(events, letters);
        CompareOffsets();
        CompareLedgers(ledgers);
        breaches.AddRange(new LedgerAuditor(source, broker, shape, isReadCommitted).Audit());
        return breaches;
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes.GetValueOrDefault().Span);

    private static int EventsOf(SourceRecord record) => record.Kind switch
    {
        SourceKind.Row => 1,
        SourceKind.Twice => 2,
        _ => 0,
    };

    private List<string> ExpectedEvents()
    {
        var before = new Dictionary<string, int>();
        var expected = new List<string>();
        foreach (var record in source.Written.Where(record => EventsOf(record) > 0))
        {
            int? last = null;
            if (shape.KeepsImages && (!shape.Normalizes || SourceRecord.IsForwarded(record.Row)))
                last = before.TryGetValue(record.Row, out var serial) ? serial : -1;
            before[record.Row] = record.Serial;
            for (var index = 0; index < EventsOf(record); index++)
                expected.Add(EventText.Name(record.Serial, index, last));
        }
        return expected;
    }

    private List<string> ExpectedDeadLetters() =>
        [.. source.Written.Where(record => record.Kind is SourceKind.Poison or SourceKind.Huge).Select(record => record.Value)];

    private void Compare(string what, List<string> expected, IEnumerable<string> found, bool isOnce)
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
            {
                Lost++;
                breaches.Add($"{what} missing: {name}");
            }
            else if (count > 1 && isOnce)
            {
                Twice++;
                breaches.Add($"{what} {count} times: {name}");
            }
        }
    }

    // Per row, events follow the source. Where records may come again nothing can be said: a batch that failed is sent after the next.
    private void CompareOrder()
    {
        foreach (var log in broker.LogsOf(ModelBroker.FinalTopic))
            CompareOrder("topic", log.ReadAll(isReadCommitted).Where(entry => !LedgerAuditor.IsLedger(entry)).Select(entry => (Text(entry.Key), EventText.NameOf(entry.Value))));
    }

    private void CompareOrder(string where, IEnumerable<(string Row, string Name)> events)
    {
        var last = new Dictionary<string, (int, int)>();
        foreach (var (row, name) in events)
        {
            var place = EventText.PlaceOf(name);
            if (last.TryGetValue(row, out var before) && place.CompareTo(before) <= 0)
                breaches.Add($"order of {row} in the {where}: {name} after {before}");
            last[row] = place;
        }
    }

    // Whatever came twice to the topic is in the store once.
    private void CompareStore(List<string> events, List<string> letters)
    {
        var stored = database.Events.Where(row => row.Operation != LedgerAuditor.Operation).ToArray();
        Compare("stored event", events, stored.Select(row => EventText.NameOf(row.Body)), isOnce: true);
        Compare("stored dead letter", letters, database.DeadLetters.Select(letter => Text(letter.Value)), shape.IsExactlyOnce);
        if (database.Divergences > 0)
            breaches.Add($"{database.Divergences} events were made twice, and not of the same facts");
        if (!shape.IsExactlyOnce)
            return;
        var rows = source.Written.ToDictionary(record => record.Serial, record => record.Row);
        CompareOrder("store", stored.OrderBy(row => row.Shard).ThenBy(row => row.StreamOffset)
            .Select(row => EventText.NameOf(row.Body))
            .Where(name => rows.ContainsKey(EventText.PlaceOf(name).Serial))
            .Select(name => (rows[EventText.PlaceOf(name).Serial], name)));
    }

    private void CompareOffsets()
    {
        foreach (var (id, reads) in shape.Groups())
        {
            foreach (var log in broker.Logs.Where(log => reads(log.Partition.Topic)))
            {
                var (committed, end) = (broker.Group(id).Committed(log.Partition) ?? 0, log.EndOfCommitted);

                // Where records may come again, a zombie may send some when the sink is told to stop already; the store was compared. An account that
                // was closed after the sink has ended waits for the next start.
                var mayBeBehind = id == shape.Settings.SinkGroup && committed < end && (!shape.IsExactlyOnce
                    || log.ReadAll(isReadCommitted).Where(entry => entry.Offset >= committed).All(LedgerAuditor.IsLedger));
                if (committed != end && !mayBeBehind)
                    breaches.Add(FormattableString.Invariant($"offset of {log.Partition} in {id}: {committed} committed, {end} written"));
            }
        }
        foreach (var log in broker.Logs.Where(log => log.LastStableOffset != log.End))
            breaches.Add($"a transaction stays open in {log.Partition}");
    }

    private void CompareLedgers(IEnumerable<LedgerSnapshot> ledgers)
    {
        var total = new LedgerEntry();
        foreach (var ledger in ledgers)
            total.Add(ledger.Total);
        if (!total.IsBalanced)
            breaches.Add($"the ledger does not balance: {total}");
        var most = source.Written.Count * (shape.Normalizes && shape.KeepsImages ? 2 : 1);
        if (shape.IsExactlyOnce && total.Consumed > most)
            breaches.Add($"the ledger has more than was written: {total}");
    }

    private IEnumerable<LogEntry> EventsOfTopic() =>
        broker.LogsOf(ModelBroker.FinalTopic).SelectMany(log => log.ReadAll(isReadCommitted)).Where(entry => !LedgerAuditor.IsLedger(entry));

    // What is refused must say why and where it stood.
    private IEnumerable<LogEntry> DeadLettersOfTopic()
    {
        foreach (var entry in broker.LogsOf(ModelBroker.DeadLetterTopic).SelectMany(log => log.ReadAll(isReadCommitted)))
        {
            string[] names = [DeadLetterHeaders.Reason, DeadLetterHeaders.Topic, DeadLetterHeaders.Partition, DeadLetterHeaders.Offset];
            if (!names.All(name => entry.Headers.Any(header => header.Name == name)))
                breaches.Add($"a dead letter that does not say what it is: {Text(entry.Value)}");
            yield return entry;
        }
    }
}
