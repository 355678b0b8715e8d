using System.Text;
using System.Text.Json;

namespace AuditStream.Fuzz;

/// <summary>What a policy hides, found by the event that the same record gives without one, stands nowhere in the event that it gives with it.</summary>
internal static class HiddenValues
{
    /// <summary>A value that is shorter, in characters, may stand somewhere by chance.</summary>
    private const int MinCharacters = 8;

    private static readonly string[] Images = ["after", "before", "key", "next_key", "previous_key"];

    /// <summary>Null, or what leaked.</summary>
    /// <param name="open">The event without a policy.</param>
    /// <param name="guarded">The event with one.</param>
    public static Failure? Check(CopiedEvent open, CopiedEvent guarded)
    {
        var value = JsonSerializer.Deserialize<JsonElement>(guarded.Value, EventProperties.Deep);
        if (!value.TryGetProperty("protection", out var protection))
            return null;
        var columns = protection.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("field").GetString() ?? "")
            .ToHashSet(StringComparer.Ordinal);
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        var others = new StringBuilder();
        Sort(JsonSerializer.Deserialize<JsonElement>(open.Value, EventProperties.Deep), columns, hidden, others);
        // What is told elsewhere in the open event too is no secret of the column's.
        hidden.RemoveWhere(text => others.ToString().Contains(text, StringComparison.Ordinal));
        if (hidden.Count == 0)
            return null;
        var headers = guarded.Headers.Select(header => guarded.Header(header.Name));
        var everything = string.Join('\n', [.. Leaves(value), Encoding.UTF8.GetString(guarded.Key), .. headers]);
        return hidden.Any(text => everything.Contains(text, StringComparison.Ordinal)) ? new Failure("hidden", "a hidden value stands in what leaves") : null;
    }

    /// <summary>Sorts the texts of an event into those of hidden columns and all others.</summary>
    private static void Sort(JsonElement open, HashSet<string> columns, HashSet<string> hidden, StringBuilder others)
    {
        foreach (var member in open.EnumerateObject())
        {
            others.Append(member.Name).Append('\n');
            if (Images.Contains(member.Name, StringComparer.Ordinal) && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var column in member.Value.EnumerateObject())
                    Take(column.Value, IsHidden(column.Name, columns), hidden, others.Append(column.Name).Append('\n'));
            }
            else if (member.Name == "changes" && member.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var change in member.Value.EnumerateArray())
                {
                    var isHidden = IsHidden(change.GetProperty("field").GetString() ?? "", columns);
                    foreach (var part in change.EnumerateObject())
                        Take(part.Value, isHidden && part.Name is "old" or "new", hidden, others);
                }
            }
            else if (member.Name == "detail" && columns.Contains("content") && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var part in member.Value.EnumerateObject())
                    Take(part.Value, part.Name is "content" or "decoded", hidden, others);
            }
            else
            {
                Take(member.Value, isHidden: member.Name == "actor" && columns.Contains("$actor"), hidden, others);
            }
        }
    }

    /// <summary>A rule that hides MongoDB's <c>_id</c> reaches <c>id</c> in the key.</summary>
    private static bool IsHidden(string column, HashSet<string> columns) => columns.Contains(column) || (column == "id" && columns.Contains("_id"));

    private static void Take(JsonElement value, bool isHidden, HashSet<string> hidden, StringBuilder others)
    {
        foreach (var text in Leaves(value))
        {
            if (!isHidden)
                others.Append(text).Append('\n');
            else if (text.Length >= MinCharacters)
                hidden.Add(text);
        }
    }

    /// <summary>The names, contents of strings and numbers in a value.</summary>
    private static IEnumerable<string> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Leaves(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [value.GetString() ?? ""],
        JsonValueKind.Number => [value.GetRawText()],
        _ => [],
    };
}
