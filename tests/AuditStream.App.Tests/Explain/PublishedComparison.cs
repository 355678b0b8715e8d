using System.Globalization;
using System.Text.Json;

namespace AuditStream.App.Tests.Explain;

/// <summary>Compares an event with what was published about its message. Values are compared as values, texts exactly.</summary>
internal static class PublishedComparison
{
    private const string Same = "";

    /// <summary>The members in which the one event of an answer differs; a member that this comparison does not know is a difference.</summary>
    public static IEnumerable<(string Member, string Wanted, string Found)> Of(JsonElement expected, Explained answer)
    {
        foreach (var member in expected.EnumerateObject())
        {
            var (wanted, found) = (Written(member.Value), Found(member, answer.Events[0]) ?? "nothing");
            if (found != Same && found != wanted)
                yield return (member.Name, wanted, found);
        }
    }

    // What the event says, in the words of what was published; null for nothing.
    private static string? Found(JsonProperty member, JsonElement body) => member.Name switch
    {
        "actor" => Written(At(body, "actor")) == JsonSerializer.Serialize(Written(member.Value)) ? Same : Text(body, "actor"),
        "class" => Class(body),
        "operation" => Text(body, "operation"),
        "database" => Text(body, "source", "database"),
        "schema" or "table" => Named(body, member.Name),
        "primary_key" => Key(member.Value, body, "key"),
        "previous_primary_key" => Key(member.Value, body, "previous_key"),
        "moved_to_primary_key" => Key(member.Value, body, "next_key"),
        "primary_key_from" => Same,
        "before" or "after" => Written(At(body, member.Name)),
        "before_is" or "after_is" => Text(body, "images", member.Name[..^3]) is "\"key\"" ? "\"partial\"" : Text(body, "images", member.Name[..^3]),
        "changed" => Names(member.Value, At(body, "changed")),
        "changed_is" => Text(body, "changed_is")?.Replace('_', '-'),
        "unavailable" => Names(member.Value, At(body, "images", "unavailable")),
        "event_id" => Same, // The upstream's; the event's own is made of it.
        "event_time" => Instant(member.Value) == Instant(At(body, "occurred_at")) ? Same : Text(body, "occurred_at"),
        "event_time_from" => Clock(member.Value, body),
        "transaction_id" => Text(body, "transaction", "id") ?? "null",
        "transaction_order" => Text(body, "transaction", "order"),
        "position" => Text(body, "source", "position"),
        "status" => Class(body) == "\"transaction\"" ? "\"END\"" : null,
        "event_count" => Text(body, "detail", "event_count"),
        "data_collections" => Written(Counts(At(body, "detail", "data_collections"))),
        "prefix" => Text(body, "detail", "prefix"),
        "content_base64" => Text(body, "detail", "content"),
        "ddl" => Text(body, "detail", "ddl"),
        "ddl_operation" => Text(body, "detail", "instruction") ?? Written(TableChange(body, "type")),
        "primary_key_columns" => Written(At(Control(body), "primary-key") ?? At(TableChange(body, "table"), "primaryKeyColumnNames")),
        "columns" => Written(At(Control(body), "columns") is { } columns ? Types(columns) : Columns(At(TableChange(body, "table"), "columns"))),
        _ => "a comparison that knows this member",
    };

    private static string Class(JsonElement body) => Text(body, "operation") switch
    {
        "\"schema\"" => "\"schema-change\"",
        "\"transaction\"" or "\"message\"" => Text(body, "operation") ?? "",
        _ => "\"data\"",
    };

    private static string? Named(JsonElement body, string part) =>
        Text(body, "source", "table_from") == "\"topic\"" ? $"{Text(body, "source", part)?[..^1]} (from the topic)\"" : Text(body, "source", part);

    // Inside a key every number is a string.
    private static string? Key(JsonElement wanted, JsonElement body, string member)
    {
        if (At(body, member) is not { ValueKind: JsonValueKind.Object } key)
            return "null";
        var isSame = wanted.EnumerateObject().Count() == key.EnumerateObject().Count() && wanted.EnumerateObject().All(column =>
            key.TryGetProperty(column.Name, out var found) && found.ValueKind == JsonValueKind.String
            && found.GetString() == column.Value.ToString());
        return isSame ? Same : Written(key);
    }

    private static string? Clock(JsonElement wanted, JsonElement body)
    {
        var from = wanted.GetString() ?? "";
        // A marker of transactions has the commit's time in the place where rows have the connector's.
        var isCommit = from.Contains("source", StringComparison.Ordinal) || from is "metadata.commit-timestamp" or "es" or "ts (seconds)" || Class(body) == "\"transaction\""
            || from.StartsWith("ApproximateCreationDateTime", StringComparison.Ordinal);
        var clock = isCommit ? "\"commit\"" : from.StartsWith("none", StringComparison.Ordinal) ? "\"record\"" : "\"capture\"";
        return Text(body, "occurred_from") == clock ? Same : Text(body, "occurred_from");
    }

    private static JsonElement? At(JsonElement? json, params string[] path)
    {
        foreach (var name in path)
        {
            if (json is not { ValueKind: JsonValueKind.Object } owner || !owner.TryGetProperty(name, out var member))
                return null;
            json = member;
        }
        return json;
    }

    private static JsonElement? TableChange(JsonElement body, string member) =>
        At(body, "detail", "tableChanges") is { ValueKind: JsonValueKind.Array } changes ? At(changes[0], member) : null;

    // What a control record of DMS says of a table.
    private static JsonElement? Control(JsonElement body) => At(body, "detail", "control", "table-def");

    private static JsonElement Types(JsonElement columns) => JsonSerializer.SerializeToElement(columns.EnumerateObject().ToDictionary(
        column => column.Name,
        column => column.Value.GetProperty("type").GetString() + (column.Value.GetProperty("nullable").GetBoolean() ? " null" : " not null")));

    private static DateTimeOffset? Instant(JsonElement? time) =>
        time?.GetString() is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    // In any order; JSON's null, for what is not known, is another thing than an empty list.
    private static string? Names(JsonElement wanted, JsonElement? found)
    {
        if (found is not { } names || wanted.ValueKind != JsonValueKind.Array || names.ValueKind != JsonValueKind.Array)
            return found is { } other ? Written(other) : null;
        var isSame = wanted.EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)
            .SequenceEqual(names.EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        return isSame ? Same : Written(names);
    }

    private static JsonElement? Counts(JsonElement? collections) => collections is not { } list ? null : JsonSerializer.SerializeToElement(
        list.EnumerateArray().ToDictionary(one => one.GetProperty("data_collection").GetString() ?? "", one => one.GetProperty("event_count")));

    private static JsonElement? Columns(JsonElement? columns) => columns is not { } list ? null : JsonSerializer.SerializeToElement(
        list.EnumerateArray().Select(column => column.GetProperty("name").GetString()));

    private static string? Text(JsonElement body, params string[] path) => At(body, path) is { } member ? Written(member) : null;

    // In one form: the members of objects in order, numbers as values.
    private static string Written(JsonElement? json) => json is not { } value ? "null" : value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"\"{member.Name}\":{Written(member.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(one => Written(one))) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };
}
