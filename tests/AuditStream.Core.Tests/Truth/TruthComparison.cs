using System.Text.Json;

namespace AuditStream.Core.Tests.Truth;

/// <summary>Compares the events of a capture with what triggers saw in its database, row by row and value by value.</summary>
internal sealed class TruthComparison
{
    private readonly string capture;
    private readonly List<TruthRow> truth;
    private readonly List<string> problems = [];

    private TruthComparison(string capture)
    {
        this.capture = capture;
        truth = TruthRow.Read(capture.StartsWith("pg", StringComparison.Ordinal) ? "pg" : "mariadb");
    }

    /// <summary>The captures.</summary>
    public static IReadOnlyList<string> Captures { get; } = ["pg-a-json", "pg-b-json-schema", "pg-d-unwrap", "pg-e-avro", "mariadb-a-json"];

    /// <summary>Where each limit was needed.</summary>
    public HashSet<(WireLimit Limit, string Place)> Needed { get; } = [];

    /// <summary>How many values were compared.</summary>
    public int Values { get; private set; }

    /// <summary>What differs, and no limit says why.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Compares a capture.</summary>
    public static TruthComparison Of(string capture)
    {
        var comparison = new TruthComparison(capture);
        comparison.Compare();
        return comparison;
    }

    private bool IsTyped => capture is "pg-b-json-schema" or "pg-e-avro";

    private void Compare()
    {
        var told = ToldChange.Read(capture).ToLookup(change => (change.Operation, change.Table, change.Key));
        var rows = truth.ToLookup(row => (row.Operation, row.Table, row.Key));
        foreach (var group in rows.Select(row => row.Key).Union(told.Select(change => change.Key)))
        {
            // The changes of one kind of one row stand in the same order on both sides.
            var (wanted, given) = (rows[group].ToList(), told[group].ToList());
            foreach (var (row, change) in wanted.Zip(given))
                Compare(row, change);
            foreach (var row in wanted.Skip(given.Count))
                Require($"{row.Name} has no event", $"{capture} {row.Table}", limit => limit.NoEvent?.Invoke(row) == true);
            foreach (var change in given.Skip(wanted.Count))
                CompareExtra(change);
        }
    }

    private void CompareExtra(ToldChange change)
    {
        Require(
            $"{change.Operation} of {change.Table} {change.Key} was not seen", $"{capture} {change.Table}", limit => limit.NoTruth?.Invoke(change) == true);
        // The source's own count of a transaction is what the triggers saw in it and its log has.
        if (change.Operation == "transaction")
        {
            var count = change.Body.GetProperty("detail").GetProperty("event_count").GetInt32();
            var seen = truth.Count(row => row.Transaction == change.Transaction && !HasNoEvent(row));
            if (count != seen)
                problems.Add($"transaction {change.Transaction} has {count} changes instead of {seen}");
        }

        if (change.Operation != "snapshot")
            return;
        // A row that is read again is as some change left it.
        var states = truth.Where(row => row.Table == change.Table && row.Key == change.Key && row.New is not null);
        var image = change.Body.GetProperty("after");
        if (!states.Any(row => image.EnumerateObject().All(column => IsSame(row.Table, column.Name, row.New.GetValueOrDefault(), column.Value))))
            problems.Add($"{change.Table} {change.Key} never was as the snapshot says");
    }

    private bool HasNoEvent(TruthRow row) =>
        WireLimits.Table.Any(limit => limit.HoldsAt($"{capture} {row.Table}") && limit.NoEvent?.Invoke(row) == true);

    private void Compare(TruthRow row, ToldChange change)
    {
        if (change.Transaction is { } transaction && row.Transaction.Length > 0 && transaction != row.Transaction)
            problems.Add($"{row.Name}: transaction {transaction} instead of {row.Transaction}");
        if (row.Operation is "schema" or "message" or "truncate")
            return;
        var images = change.Body.GetProperty("images");
        var withheld = images.TryGetProperty("unavailable", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        var excused = new HashSet<string>(StringComparer.Ordinal);
        CompareImage(row, row.New, change.Body, "after", withheld, excused);
        var extent = images.GetProperty("before").GetString() ?? "";
        if (extent == "full" || row.Old is null)
            CompareImage(row, row.Old, change.Body, "before", [], excused);
        else if (Require($"{row.Name}: the row before is {extent}", $"{capture} {row.Table}", limit => limit.Before?.Invoke(row, extent) == true)
            && extent == "key")
            CompareKey(row, change);
        if (row.Operation == "update")
            CompareChanged(row, change, extent, excused);
    }

    /// <summary>Compares an image: each of its columns, and that there are no others.</summary>
    private void CompareImage(TruthRow row, JsonElement? seen, JsonElement body, string member, HashSet<string?> withheld, HashSet<string> excused)
    {
        var isThere = body.TryGetProperty(member, out var image);
        if (seen is not { } columns)
        {
            if (isThere)
                problems.Add($"{row.Name}: there is a row {member}");
            return;
        }

        if (!isThere)
        {
            problems.Add($"{row.Name}: there is no row {member}");
            return;
        }

        foreach (var column in columns.EnumerateObject())
        {
            var (kind, scale) = SourceColumns.Of(row.Table, column.Name);
            var wanted = Meaning.OfTruth(kind, scale, column.Value);
            var given = image.TryGetProperty(column.Name, out var value) ? MeaningOf(row.Table, column.Name, value) : null;
            Values++;
            if (wanted == given)
                continue;
            if (given is null && !withheld.Contains(column.Name))
                problems.Add($"{row.Name}: {member} has no {column.Name}");
            else if (Require(
                $"{row.Name}: {column.Name} {member} is {given} instead of {wanted}", $"{capture} {row.Table}.{column.Name}",
                limit => limit.Value?.Invoke(wanted, given) == true))
                excused.Add(column.Name);
        }

        foreach (var extra in image.EnumerateObject().Where(column => !columns.TryGetProperty(column.Name, out _)))
            problems.Add($"{row.Name}: {member} has a column {extra.Name}");
    }

    private void CompareKey(TruthRow row, ToldChange change)
    {
        var image = change.Body.GetProperty("before").EnumerateObject().ToList();
        if (string.Join(' ', image.Select(column => $"{column.Name}={column.Value}")) != row.Key)
            problems.Add($"{row.Name}: the row before has other columns than the key's");
    }

    /// <summary>The list of changed columns has no column that did not change; where it claims to be all, it has every one that did.</summary>
    private void CompareChanged(TruthRow row, ToldChange change, string extent, HashSet<string> excused)
    {
        var (old, now) = (row.Old.GetValueOrDefault(), row.New.GetValueOrDefault());
        var changed = old.EnumerateObject().Where(column => column.Value.GetRawText() != now.GetProperty(column.Name).GetRawText())
            .Select(column => column.Name).Where(column => !excused.Contains(column)).ToHashSet();
        var list = change.Body.GetProperty("changed");
        if (list.ValueKind == JsonValueKind.Null)
        {
            if (extent == "full")
                problems.Add($"{row.Name}: both rows are whole and what changed is not told");
            return;
        }

        var told = list.EnumerateArray().Select(name => name.GetString() ?? "").Where(column => !excused.Contains(column)).ToHashSet();
        if (!told.IsSubsetOf(changed))
            problems.Add($"{row.Name}: {string.Join(',', told.Except(changed))} did not change");
        if (change.Body.GetProperty("changed_is").GetString() == "all" && !told.SetEquals(changed))
            problems.Add($"{row.Name}: {string.Join(',', changed.Except(told))} changed too");
    }

    private bool IsSame(string table, string column, JsonElement seen, JsonElement told)
    {
        var (kind, scale) = SourceColumns.Of(table, column);
        return seen.TryGetProperty(column, out var value) && Meaning.OfTruth(kind, scale, value) == MeaningOf(table, column, told);
    }

    private string MeaningOf(string table, string column, JsonElement value)
    {
        var (kind, scale) = SourceColumns.Of(table, column);
        return IsTyped ? Meaning.OfTyped(kind, value) : Meaning.OfUntyped(kind, scale, value, isMilliseconds: capture == "pg-d-unwrap");
    }

    /// <summary>True when a limit excuses the problem; otherwise it is one.</summary>
    private bool Require(string problem, string place, Func<WireLimit, bool> excuses)
    {
        foreach (var limit in WireLimits.Table.Where(limit => limit.HoldsAt(place) && excuses(limit)))
        {
            Needed.Add((limit, place));
            return true;
        }

        problems.Add(problem);
        return false;
    }
}
