using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>An event as a line of text that can be compared: what it says of the change, and nothing of the record that it came in.</summary>
internal static class EventText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Kept =
    [
        "operation", "key", "previous_key", "next_key", "changed", "changed_is", "changes", "before", "after", "images", "transaction",
        "occurred_at", "occurred_from", "identity",
    ];

    /// <summary>Takes what can be compared from an event. Schemas and databases have one name; numbers of double precision one text.</summary>
    public static JsonObject Reduce(byte[] value)
    {
        var body = JsonNode.Parse(value).ShouldNotBeNull().AsObject();
        var reduced = new JsonObject();
        foreach (var member in Kept.Where(body.ContainsKey))
            reduced[member] = body[member]?.DeepClone();
        var source = body["source"].ShouldNotBeNull();
        if (source["table"] is { } table)
            reduced["table"] = $"{source["schema"] ?? source["database"]}.{table}";
        if (body["detail"]?["event_count"] is { } count)
            reduced["event_count"] = count.DeepClone();
        foreach (var change in (reduced["changes"] as JsonArray ?? []).Select(change => change.ShouldNotBeNull().AsObject()))
        {
            foreach (var column in ModelTable.Columns.Where(column => column.Name == change["field"]?.GetValue<string>()))
                ShortenDoubles(change, column.Kind, "old", "new");
        }

        foreach (var image in new[] { "before", "after" }.Select(member => reduced[member]).OfType<JsonObject>())
        {
            foreach (var column in ModelTable.Columns)
                ShortenDoubles(image, column.Kind, column.Name);
        }

        return reduced;
    }

    /// <summary>The text of an event, its members sorted.</summary>
    public static string Of(JsonNode? node) => Sorted(node)?.ToJsonString(Plain) ?? "null";

    /// <summary>A JSON string.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static void ShortenDoubles(JsonObject members, ColumnKind kind, params string[] names)
    {
        foreach (var name in names)
        {
            if (kind == ColumnKind.Double && members[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
                members[name] = JsonNode.Parse(value.GetValue<double>().ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
