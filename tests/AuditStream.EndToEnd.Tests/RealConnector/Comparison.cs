using System.Globalization;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Compares what the triggers wrote with what is in the audit table, change by change. The result is a list of differences in words.</summary>
internal sealed class Comparison(IReadOnlyList<TruthRow> truth, IReadOnlyList<StoredEvent> stored)
{
    private const int MaxDifferences = 60;
    private static readonly string[] RowOperations = ["insert", "update", "delete", "truncate", "snapshot", "upsert"];
    private readonly List<string> _differences = [];
    private readonly Dictionary<StoredEvent, ExpectedEvent> _matched = [];

    /// <summary>How many events were compared with the truth, value by value.</summary>
    internal int Compared => _matched.Count;

    /// <summary>The rows with the most changes, each with the ids of its events in the order in which the changes were done.</summary>
    internal IEnumerable<(string Table, string Key, IReadOnlyList<Guid> Events)> MostChangedRows(int count) =>
        _matched.Where(pair => pair.Value.Key is not null).GroupBy(pair => (pair.Value.Table, Key: pair.Value.Key ?? ""))
            .OrderByDescending(row => row.Count()).ThenBy(row => row.Key.Key, StringComparer.Ordinal).Take(count)
            .Select(row => (row.Key.Table, row.Key.Key, (IReadOnlyList<Guid>)
                [.. row.OrderBy(pair => pair.Value.Sequence).ThenBy(pair => pair.Key.Order).Select(pair => pair.Key.Id)]));

    internal IReadOnlyList<string> Run()
    {
        foreach (var twice in stored.GroupBy(row => row.Id).Where(group => group.Count() > 1))
            Differ($"the event {twice.Key} is there {twice.Count()} times");
        CompareSnapshots();
        CompareTransactions();
        CompareOrderOfRows();
        CompareCounts();
        return _differences;
    }

    private void CompareSnapshots()
    {
        var expected = truth.Where(row => row.Operation == "snapshot").SelectMany(ExpectedEvent.From).GroupBy(RowIdentity).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var row in stored.Where(row => row.Operation == "snapshot"))
        {
            var identity = $"{row.Table} {row.Key ?? Form(row, expected)}";
            if (!expected.TryGetValue(identity, out var candidates) || candidates.Count == 0)
                Differ($"snapshot of {identity} is there once too often");
            else
                Match(candidates, row);
        }
        foreach (var (identity, left) in expected.Where(entry => entry.Value.Count > 0))
            Differ($"snapshot of {identity} is missing {left.Count} times");
    }

    private void Match(List<ExpectedEvent> candidates, StoredEvent row)
    {
        var expected = candidates[^1];
        candidates.RemoveAt(candidates.Count - 1);
        if (row.Transaction is not null)
            Differ($"snapshot of {row.Table} {row.Key} names a transaction");
        CompareEvent(expected, row);
    }

    // A row without a key is known by all its values.
    private static string RowIdentity(ExpectedEvent expected) =>
        $"{expected.Table} {expected.Key ?? string.Join(' ', expected.After!.OrderBy(value => value.Key, StringComparer.Ordinal))}"; // a snapshot has an after-image

    private static string Form(StoredEvent row, Dictionary<string, List<ExpectedEvent>> expected)
    {
        var types = expected.Values.SelectMany(list => list).FirstOrDefault(candidate => candidate.Table == row.Table)?.Types;
        var after = row.Object("after");
        return types is null || after is null ? "?" : string.Join(' ', after.Value.EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, ColumnValue.FromEvent(types[member.Name], member.Value)))
            .OrderBy(value => value.Key, StringComparer.Ordinal));
    }

    /// <summary>Within a transaction the events, in the order that they say of themselves, are the changes in the order in which they were done.</summary>
    private void CompareTransactions()
    {
        var expected = truth.Where(row => row.Transaction > 0).SelectMany(ExpectedEvent.From).GroupBy(change => change.Transaction)
            .ToDictionary(group => group.Key.ToString(CultureInfo.InvariantCulture), group => group.ToList());
        var actual = stored.Where(row => row.Operation is "message" || (RowOperations.Contains(row.Operation) && row.Operation != "snapshot"))
            .GroupBy(row => row.Transaction ?? "none").ToDictionary(group => group.Key, group => group.OrderBy(row => row.Order).ToList());
        foreach (var stranger in actual.Keys.Except(expected.Keys))
            Differ($"transaction {stranger} is unknown to the source ({actual[stranger].Count} events)");
        foreach (var (transaction, changes) in expected)
        {
            var events = actual.GetValueOrDefault(transaction) ?? [];
            if (events.Count != changes.Count)
                Differ($"transaction {transaction}: {events.Count} events for {changes.Count} changes: {Missing(changes, events)}");
            if (events.Select(row => row.Order).Where((order, index) => order != index + 1).Any())
                Differ($"transaction {transaction}: its events are numbered {string.Join(',', events.Select(row => row.Order).Take(20))}");
            foreach (var (change, row) in changes.Zip(events))
                CompareEvent(change, row);
        }
    }

    private static string Missing(List<ExpectedEvent> changes, List<StoredEvent> events)
    {
        var expected = changes.Select(change => $"{change.Operation} {change.Table} {change.Key}").GroupBy(text => text).ToDictionary(group => group.Key, group => group.Count());
        var actual = events.Select(row => $"{row.Operation} {row.Table} {row.Key}").GroupBy(text => text).ToDictionary(group => group.Key, group => group.Count());
        return string.Join("; ", expected.Keys.Union(actual.Keys)
            .Where(text => expected.GetValueOrDefault(text) != actual.GetValueOrDefault(text))
            .Select(text => $"{text}: {actual.GetValueOrDefault(text)} for {expected.GetValueOrDefault(text)}").Take(3));
    }

    private void CompareEvent(ExpectedEvent expected, StoredEvent row)
    {
        var what = $"change {expected.Sequence} ({expected.Operation} of {expected.Table} {expected.Key})";
        _matched[row] = expected;
        if (row.Operation != expected.Operation || row.Table != expected.Table || (row.Schema ?? "") != (expected.Operation == "message" ? "" : "app"))
        {
            Differ($"{what} stands as {row.Operation} of {row.Schema}.{row.Table} {row.Key}");
            return;
        }
        if (expected.Operation == "message")
            return;
        Same(what, "key", expected.Key, row.Key);
        Same(what, "previous_key", expected.PreviousKey, row.Member("previous_key"));
        Same(what, "next_key", expected.NextKey, row.Member("next_key"));
        if (expected.Operation == "truncate")
            return;
        foreach (var difference in new ImageComparison(expected, row).Run())
            Differ($"{what}: {difference}");
    }

    /// <summary>All events of a row are on one partition, in the order in which its changes were done.</summary>
    private void CompareOrderOfRows()
    {
        var ofRows = _matched.Where(pair => pair.Value.Key is not null && pair.Value.Operation != "snapshot").GroupBy(pair => (pair.Value.Table, pair.Value.Key));
        foreach (var row in ofRows)
        {
            if (row.Select(pair => pair.Key.Shard).Distinct().Count() > 1)
                Differ($"the events of {row.Key} are on several partitions");
            var sequences = row.OrderBy(pair => pair.Key.StreamOffset).Select(pair => pair.Value.Sequence).ToList();
            if (!sequences.SequenceEqual(sequences.Order()))
                Differ($"the events of {row.Key} are in the order {string.Join(',', sequences)}");
            var positions = row.OrderBy(pair => pair.Value.Sequence).Select(pair => pair.Key.Position).ToList();
            if (positions.Contains(0) || !positions.SequenceEqual(positions.Order()))
                Differ($"the log positions of {row.Key} are {string.Join(',', positions)}");
        }
    }

    /// <summary>Every transaction of the source has its one end marker, with the right count.</summary>
    private void CompareCounts()
    {
        var expected = truth.Where(row => row.Transaction > 0).SelectMany(ExpectedEvent.From).GroupBy(change => change.Transaction)
            .ToDictionary(group => group.Key.ToString(CultureInfo.InvariantCulture), group => group.Count());
        var actual = stored.Where(row => row.Operation == "transaction").GroupBy(row => row.Transaction ?? "none").ToDictionary(group => group.Key, group => group.ToList());
        foreach (var transaction in expected.Keys.Union(actual.Keys))
        {
            var ends = actual.GetValueOrDefault(transaction) ?? [];
            if (ends.Count != 1 || !expected.ContainsKey(transaction))
                Differ($"transaction {transaction}: {ends.Count} end markers");
            else if (EventCount(ends[0]) != expected[transaction])
                Differ($"transaction {transaction}: its end marker counts {EventCount(ends[0])} instead of {expected[transaction]}");
        }
    }

    private static int EventCount(StoredEvent end) =>
        end.Object("detail") is { } detail && detail.TryGetProperty("event_count", out var count)
        && int.TryParse(count.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private void Same(string what, string member, string? expected, string? actual)
    {
        if (expected != actual)
            Differ($"{what}: {member} is {actual ?? "absent"} instead of {expected ?? "absent"}");
    }

    private void Differ(string difference)
    {
        if (_differences.Count < MaxDifferences)
            _differences.Add(difference);
    }
}
