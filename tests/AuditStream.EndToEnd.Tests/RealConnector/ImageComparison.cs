using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Compares one event's images and its diff with what the change did.</summary>
internal sealed class ImageComparison(ExpectedEvent expected, StoredEvent row)
{
    private readonly List<string> _differences = [];
    private readonly JsonElement _images = row.Object("images") ?? default;

    internal IReadOnlyList<string> Run()
    {
        if (_images.ValueKind != JsonValueKind.Object)
            return ["no images"];
        var withheld = row.Names(_images, "unavailable") ?? [];
        foreach (var column in withheld.Where(column => !expected.Withholdable.Contains(column)))
            _differences.Add($"{column} is unavailable although it changed or travels whole");
        Same("images.before", expected.BeforeExtent, Text("before"));
        Same("images.after", expected.After is null ? "none" : withheld.Count > 0 ? "partial" : "full", Text("after"));
        CompareImage("before", expected.Before, []);
        CompareImage("after", expected.After, withheld);
        CompareChanged(withheld);
        return _differences;
    }

    private string Text(string name) => _images.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "absent";

    private void CompareImage(string name, IReadOnlyDictionary<string, string>? image, IReadOnlyList<string> withheld)
    {
        var actual = row.Object(name);
        if (image is null != actual is null)
        {
            _differences.Add($"{name} is {(actual is null ? "absent" : "there")}");
            return;
        }
        if (image is null || actual is null)
            return;
        var values = actual.Value.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        foreach (var column in image.Keys.Union(values.Keys).Except(withheld))
        {
            if (!image.TryGetValue(column, out var wanted))
                _differences.Add($"{name}.{column} is there and not in the row");
            else if (!values.TryGetValue(column, out var value))
                _differences.Add($"{name}.{column} is missing");
            else
                Same($"{name}.{column}", wanted, ColumnValue.FromEvent(expected.Types[column], value));
        }
        foreach (var column in withheld.Where(values.ContainsKey))
            _differences.Add($"{name}.{column} is there and unavailable");
    }

    private void CompareChanged(IReadOnlyList<string> withheld)
    {
        var names = row.Names(row.Body, "changed");
        var changes = row.Body.TryGetProperty("changes", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : null;
        var wanted = Changed(withheld)?.Order(StringComparer.Ordinal).ToList();
        Same("changed", wanted is null ? null : string.Join(',', wanted), names is null ? null : string.Join(',', names));
        Same("the fields of changes", wanted is null ? null : string.Join(',', wanted),
            changes is null ? null : string.Join(',', changes.Select(change => change.GetProperty("field").GetString())));
        foreach (var change in changes ?? [])
        {
            var column = change.GetProperty("field").GetString() ?? "";
            Same($"changes.{column}.old", expected.Before?.GetValueOrDefault(column), Value(change, "old", column));
            Same($"changes.{column}.new", expected.After?.GetValueOrDefault(column), Value(change, "new", column));
        }
    }

    /// <summary>The changed columns; null where they cannot be known: an update without a before-image, and where nothing is compared.</summary>
    private IEnumerable<string>? Changed(IReadOnlyList<string> withheld) => (expected.Operation, expected.Before, expected.After) switch
    {
        ("snapshot", _, _) => null,
        ("insert", _, { } after) => after.Keys.Except(withheld),
        ("delete", { } before, _) => before.Keys,
        ("update", { } before, { } after) => after.Keys.Where(column => before.GetValueOrDefault(column) != after[column]),
        _ => null,
    };

    private string? Value(JsonElement change, string name, string column) =>
        change.TryGetProperty(name, out var value) && expected.Types.TryGetValue(column, out var type) ? ColumnValue.FromEvent(type, value) : null;

    private void Same(string what, string? wanted, string? actual)
    {
        if (wanted != actual)
            _differences.Add($"{what} is {Short(actual)} instead of {Short(wanted)}");
    }

    private static string Short(string? text) => text is null ? "absent" : text.Length > 200 ? text[..200] + "…" : text;
}
