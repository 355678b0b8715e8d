using System.Text.Json;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;

namespace AuditStream.Fuzz;

/// <summary>What holds of every event, whatever record it came of.</summary>
internal sealed class EventProperties(string fingerprint)
{
    public static readonly JsonSerializerOptions Deep = new() { MaxDepth = CanonicalJson.MaxDepth };
    private readonly AuditRowReader reader = new(fingerprint);

    /// <summary>Null, or what does not hold of an event.</summary>
    /// <param name="one">The event.</param>
    /// <param name="isGuarded">True when a policy may have dropped values, or made two values one.</param>
    public Failure? Check(CopiedEvent one, bool isGuarded)
    {
        if (CanonicalJson.FaultOf(one.Value) is { } fault)
            return new Failure("canonical", fault);
        if (CanonicalJson.FaultOf(one.Key) is { } keyFault)
            return new Failure("canonical", $"key: {keyFault}");
        var value = JsonSerializer.Deserialize<JsonElement>(one.Value, Deep);
        return ReadBack(one, value) ?? (isGuarded ? null : Changes(value));
    }

    private Failure? ReadBack(CopiedEvent one, JsonElement value)
    {
        var row = reader.Read(
            new RawRecord
            {
                Topic = "audit.events", Partition = 0, Offset = 0, TimestampMilliseconds = one.TimestampMilliseconds,
                Key = one.Key, Value = one.Value, Headers = one.Headers,
            },
            out var rejection);
        if (row is null)
            return new Failure("read-back", rejection?.Message ?? "");
        var isSame = row.EventId == one.Id && row.Operation == Text(value, "operation")
            && row.Key == (value.TryGetProperty("key", out var key) && key.ValueKind != JsonValueKind.Null ? key.GetRawText() : null)
            && row.Body.Span.SequenceEqual(one.Value)
            && Names(value, "changed") is var changed && (changed is null) == (row.Changed is null) && (changed ?? []).SequenceEqual(row.Changed ?? []);
        return isSame ? null : new Failure("read-back", "a column of the row is not what the event says");
    }

    /// <summary>What changed agrees with the images of an event that no policy touched.</summary>
    private static Failure? Changes(JsonElement value)
    {
        var operation = Text(value, "operation");
        if (operation is not ("insert" or "update" or "delete"))
            return value.TryGetProperty("changed", out _) || value.TryGetProperty("changes", out _) ? Wrong("changed without meaning") : null;
        if (Names(value, "changed") is not { } changed)
            return value.GetProperty("changed").ValueKind == JsonValueKind.Null && !value.TryGetProperty("changed_is", out _) ? null : Wrong("changed");
        if (!value.TryGetProperty("changes", out var list))
            return null; // left out of an event that is too large
        var before = Members(value, "before");
        var after = Members(value, "after");
        var images = value.GetProperty("images");
        if (Text(images, "before") == "omitted" || Text(images, "after") == "omitted")
            return null;
        if (!changed.SequenceEqual(list.EnumerateArray().Select(change => Text(change, "field"))))
            return Wrong("the names in changes are others than in changed");
        foreach (var change in list.EnumerateArray())
        {
            var field = Text(change, "field");
            var (old, now) = (Raw(change, "old"), Raw(change, "new"));
            if (old != before.GetValueOrDefault(field) || now != after.GetValueOrDefault(field))
                return Wrong("a change is not what the images say");
            if (operation == "update" ? old == now && !MayDifferUnseen(value, old) : operation == "insert" ? old is not null : now is not null)
                return Wrong($"a change that is none ({operation})");
        }

        var areFull = Text(images, "before") == "full" && Text(images, "after") == "full";
        return operation switch
        {
            "insert" => changed.SequenceEqual(after.Keys) ? null : Wrong("insert: changed is not every column after it"),
            "delete" => changed.SequenceEqual(before.Keys) ? null : Wrong("delete: changed is not every column before it"),
            _ => Applied(areFull, areFull && Text(value, "changed_is") == "all", changed, Names(images, "unavailable") ?? [], before, after),
        };
    }

    /// <summary>The changes, done to the image before, give the image after: what is not among them is the same on both sides. Of full images a
    /// document's alone may have a field on one side only, and then it is among them; of what the source withheld nothing is told.</summary>
    private static Failure? Applied(
        bool areFull, bool isAll, string[] changed, string[] withheld, SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach (var column in before.Keys.Union(after.Keys, StringComparer.Ordinal).Except(withheld, StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(column), after.GetValueOrDefault(column));
            if (changed.Contains(column, StringComparer.Ordinal))
            {
                if (!areFull && (old is null || now is null))
                    return Wrong("a column that is known on one side only is among the changed");
            }
            else if (old is null || now is null ? isAll : !LooseEquality.MayBeEqual(old, now))
            {
                return Wrong("the changes, done to the image before, do not give the image after");
            }
        }

        return null;
    }

    /// <summary>An attribute of DynamoDB may change its type and keep its text; a JSON value may look like another that went out as bytes.</summary>
    private static bool MayDifferUnseen(JsonElement value, string? text) =>
        Text(value.GetProperty("source"), "kind") == "dynamodb" || text?.Contains("\"$bytes\"", StringComparison.Ordinal) == true;

    private static Failure Wrong(string what) => new("changed", what);

    private static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetString() ?? "" : "";

    private static string? Raw(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetRawText() : null;

    private static string[]? Names(JsonElement value, string name) =>
        value.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(element => element.GetString() ?? "")]
            : null;

    private static SortedDictionary<string, string> Members(JsonElement value, string name)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (value.TryGetProperty(name, out var image))
        {
            foreach (var member in image.EnumerateObject())
                members.Add(member.Name, member.Value.GetRawText());
        }

        return members;
    }
}
