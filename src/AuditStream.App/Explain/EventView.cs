using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuditStream.App.Explain;

/// <summary>An event's JSON by the names of its members.</summary>
/// <param name="body">The event's bytes.</param>
internal sealed class EventView(byte[] body)
{
    private readonly JsonObject root =
        JsonNode.Parse(body) as JsonObject ?? throw new ArgumentException("An event is a JSON object.", nameof(body));

    /// <summary>The event's bytes.</summary>
    public byte[] Body => body;

    /// <summary>Member <c>operation</c>.</summary>
    public string Operation => Text("operation") ?? "";

    /// <summary>Whether the event is of a row.</summary>
    public bool IsRow => !root.ContainsKey("detail");

    /// <summary>Whether an update's changed columns are not known.</summary>
    public bool IsChangedUnknown => root.TryGetPropertyValue("changed", out var changed) && changed is null;

    /// <summary>What the event belongs to: <c>schema.table</c>, else <c>database.table</c>, else the source's name.</summary>
    public string Subject =>
        Text("source", "table") is not { } table ? Text("source", "name") ?? ""
        : (Text("source", "schema") ?? Text("source", "database")) is { } qualifier ? $"{qualifier}.{table}"
        : table;

    /// <summary>A member's text: a string's content, otherwise its JSON; null when there is no such member, or it is null.</summary>
    public string? Text(params ReadOnlySpan<string> path) => Find(path) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => other.ToJsonString(JsonSerializerOptions.Web),
    };

    /// <summary>The strings of a list; empty when there is none.</summary>
    public IReadOnlyList<string> Names(params ReadOnlySpan<string> path) =>
        Find(path) is JsonArray list ? [.. list.Select(name => name?.GetValue<string>() ?? "")] : [];

    /// <summary>The names of an object's members; empty when there is none.</summary>
    public IReadOnlyList<string> MembersOf(string member) => root[member] is JsonObject found ? [.. found.Select(one => one.Key)] : [];

    /// <summary>The members of an object as a person reads them; empty when there is none.</summary>
    public IReadOnlyList<FieldText> FieldsOf(string member, int maxCharacters) =>
        root[member] is JsonObject found ? EventText.Members(Encoding.UTF8.GetBytes(found.ToJsonString(Relaxed)), maxCharacters) : [];

    /// <summary>The columns that are hidden, with what was done to them: <c>email (mask)</c>.</summary>
    public IReadOnlyList<string> Hidden() => root["protection"]?["fields"] is JsonArray fields
        ? [.. fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field?["field"]} ({field?["action"]})"))]
        : [];

    private static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private JsonNode? Find(ReadOnlySpan<string> path)
    {
        JsonNode? found = root;
        foreach (var name in path)
            found = (found as JsonObject)?[name];
        return found;
    }
}
