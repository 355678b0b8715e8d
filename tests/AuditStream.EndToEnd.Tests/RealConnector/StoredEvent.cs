using System.Globalization;
using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>One row of the audit table.</summary>
internal sealed record StoredEvent(Guid Id, int Shard, long StreamOffset, JsonElement Body)
{
    internal string Operation => Text("operation") ?? "";

    internal string? Schema => Body.GetProperty("source").TryGetProperty("schema", out var schema) ? schema.GetString() : null;

    internal string Table => Body.GetProperty("source").TryGetProperty("table", out var table) ? table.GetString() ?? "" : "";

    internal string? Key => Member("key");

    internal string? Transaction => Body.TryGetProperty("transaction", out var transaction) && transaction.ValueKind == JsonValueKind.Object
        ? transaction.GetProperty("id").GetString()
        : null;

    /// <summary>The place within its transaction, from 1; 0 when not known.</summary>
    internal long Order => Body.TryGetProperty("transaction", out var transaction) && transaction.ValueKind == JsonValueKind.Object
        && transaction.TryGetProperty("order", out var order) ? order.GetInt64() : 0;

    /// <summary>The place in the source's log; 0 when not known.</summary>
    internal long Position => Body.GetProperty("source").TryGetProperty("position", out var position)
        ? long.Parse(position.GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture)
        : 0;

    /// <summary>A member in one form, null when it is absent or null.</summary>
    internal string? Member(string name) =>
        Body.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? Compact(member) : null;

    internal string? Text(string name) => Body.TryGetProperty(name, out var member) ? member.GetString() : null;

    internal JsonElement? Object(string name) =>
        Body.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    internal IReadOnlyList<string>? Names(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            ? [.. member.EnumerateArray().Select(item => item.GetString() ?? "")]
            : null;

    /// <summary>Every event of the source that the table holds, in the order of the final topic.</summary>
    internal static async Task<List<StoredEvent>> ReadAllAsync(SourceDatabase store)
    {
        await using var connection = await store.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select event_id, shard, stream_offset, body::text from audit.event where operation <> 'ledger' order by shard, stream_offset", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync())
        {
            events.Add(new StoredEvent(
                reader.GetGuid(0), reader.GetInt32(1), reader.GetInt64(2), JsonSerializer.Deserialize<JsonElement>(reader.GetString(3))));
        }
        return events;
    }

    private static string Compact(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? "{" + string.Join(',', element.EnumerateObject().Select(member => $"\"{member.Name}\":\"{member.Value.GetString()}\"")) + "}"
            : element.GetRawText();
}
