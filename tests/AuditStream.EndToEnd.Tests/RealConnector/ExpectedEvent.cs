using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>An audit event that the truth demands.</summary>
internal sealed record ExpectedEvent
{
    internal required long Sequence { get; init; }

    internal required long Transaction { get; init; }

    internal required string Table { get; init; }

    internal required string Operation { get; init; }

    /// <summary>Canonical key; null for a table without one.</summary>
    internal string? Key { get; init; }

    internal string? PreviousKey { get; init; }

    internal string? NextKey { get; init; }

    internal IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();

    /// <summary>The values that the before-image must hold; null for no image.</summary>
    internal IReadOnlyDictionary<string, string>? Before { get; init; }

    /// <summary>full, key or none.</summary>
    internal string BeforeExtent { get; init; } = "none";

    internal IReadOnlyDictionary<string, string>? After { get; init; }

    /// <summary>Columns that the source may withhold from the after-image: what a DEFAULT identity does with long values that did not change.</summary>
    internal IReadOnlySet<string> Withholdable { get; init; } = new HashSet<string>();

    /// <summary>The events that one change must give: two for a change that moves the row to another key.</summary>
    internal static IEnumerable<ExpectedEvent> From(TruthRow row)
    {
        var plain = new ExpectedEvent
        {
            Sequence = row.Sequence,
            Transaction = row.Transaction,
            Table = row.Table,
            Operation = row.Operation,
            Types = row.Types,
        };
        if (row.Operation is "truncate" or "message")
            return [plain];
        var oldKey = KeyOf(row, row.Old);
        var newKey = KeyOf(row, row.New);
        var isFull = SourceSchema.FullTables.Contains(row.Table);
        var before = row.Old is null ? null : ImageOf(row, row.Old.Value, keyOnly: !isFull);
        var after = row.New is null ? null : ImageOf(row, row.New.Value, keyOnly: false);
        var withholdable = isFull || row.Old is null || row.New is null ? new HashSet<string>() : Unchanged(row);
        var moved = row.Operation == "update" && oldKey != newKey;
        var delete = plain with { Operation = "delete", Key = oldKey, Before = before, BeforeExtent = isFull ? "full" : "key", NextKey = moved ? newKey : null };
        var insert = plain with { Operation = moved ? "insert" : row.Operation, Key = newKey, After = after, Withholdable = withholdable };
        return row.Operation switch
        {
            "delete" => [delete],
            "update" when moved => [delete, insert with { PreviousKey = oldKey }],
            "update" => [insert with { Before = isFull ? before : null, BeforeExtent = isFull ? "full" : "none" }],
            _ => [insert],
        };
    }

    private static string? KeyOf(TruthRow row, JsonElement? image)
    {
        var columns = SourceSchema.Keys[row.Table];
        return image is null || columns.Length == 0 ? null
            : "{" + string.Join(',', columns.Select(column => $"\"{column}\":{ColumnValue.AsKey(row.Types[column], image.Value.GetProperty(column))}")) + "}";
    }

    private static Dictionary<string, string> ImageOf(TruthRow row, JsonElement image, bool keyOnly) =>
        image.EnumerateObject().Where(member => !keyOnly || SourceSchema.Keys[row.Table].Contains(member.Name)).ToDictionary(
            member => member.Name,
            member => WireLimit.Apply(row.Table, member.Name, ColumnValue.FromTruth(row.Types[member.Name], member.Value)));

    private static HashSet<string> Unchanged(TruthRow row) =>
        [.. row.New!.Value.EnumerateObject() // From calls this only with both images
            .Where(member => row.Old!.Value.GetProperty(member.Name).GetRawText() == member.Value.GetRawText()).Select(member => member.Name)];
}
