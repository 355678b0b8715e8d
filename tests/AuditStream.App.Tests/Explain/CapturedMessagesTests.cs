using System.Globalization;
using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Every message that was captured from real connectors through <c>explain --json</c>: none is rejected, and each skip has its
/// reason.</summary>
public sealed class CapturedMessagesTests
{
    [FixturesFact]
    public Task PostgreSQL_without_schemas() => Check(
        "pg-a-json",
        [
            "delete 7", "insert 17", "message 1", "snapshot 4", "transaction 29", "truncate 1", "update 16",
            "bookkeeping 7", "heartbeat 3", "tombstone 7", "transaction-begin 29",
        ]);

    [FixturesFact]
    public Task PostgreSQL_with_schemas() => Check(
        "pg-b-json-schema", ["delete 6", "insert 10", "message 1", "snapshot 3", "truncate 1", "update 11", "tombstone 6"]);

    [FixturesFact]
    public Task PostgreSQL_without_envelope() => Check(
        "pg-d-unwrap", ["delete 7", "insert 17", "message 1", "snapshot 3", "update 16", "bookkeeping 7", "heartbeat 3"],
        "Sources:0:Schema=bank");

    [FixturesFact]
    public Task PostgreSQL_in_Avro() => Check(
        "pg-e-avro",
        ["delete 7", "insert 17", "message 1", "snapshot 3", "truncate 1", "update 16", "bookkeeping 7", "heartbeat 3", "tombstone 7"]);

    [FixturesFact]
    public Task MariaDB() => Check(
        "mariadb-a-json",
        [
            "delete 4", "insert 9", "schema 39", "snapshot 1", "transaction 13", "truncate 1", "update 4",
            "heartbeat 2", "tombstone 4", "transaction-begin 18",
        ]);

    // Counts outcomes: events by operation, skips by reason. What a topic holds decides which skips may be there.
    private static async Task Check(string capture, string[] counts, params string[] settings)
    {
        var path = Path.Combine(SharedFolder.Fixtures ?? "", "debezium", capture, "messages.jsonl");
        var schemas = Path.Combine(SharedFolder.Fixtures ?? "", "debezium", capture, "schemas");
        string[] options = Directory.Exists(schemas) ? ["--schemas", schemas] : [];
        var answers = await Explained.OfAsync(path, [.. options, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (answer, line) in answers.Zip(File.ReadLines(path)))
        {
            var record = JsonSerializer.Deserialize<JsonElement>(line);
            answer.Outcome.ShouldNotBe("reject", line);
            answer.Reason.ShouldBe(ReasonOf(record), line);
            var name = answer.Reason ?? answer.Events.ShouldHaveSingleItem(line).GetProperty("operation").GetString() ?? "";
            found[name] = found.GetValueOrDefault(name) + 1;
        }
        found.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value}"))
            .ShouldBe(counts.Order(StringComparer.Ordinal));
    }

    private static string? ReasonOf(JsonElement record)
    {
        var topic = record.GetProperty("topic").GetString() ?? "";
        var value = record.GetProperty("value_b64");
        if (topic.StartsWith("__debezium-heartbeat", StringComparison.Ordinal))
            return "heartbeat";
        if (topic.EndsWith("dbz_signal", StringComparison.Ordinal) || topic.EndsWith("dbz_heartbeat", StringComparison.Ordinal))
            return "bookkeeping";
        if (value.ValueKind == JsonValueKind.Null)
            return "tombstone";
        return topic.EndsWith(".transaction", StringComparison.Ordinal) && value.GetBytesFromBase64().AsSpan().IndexOf("\"BEGIN\""u8) >= 0
            ? "transaction-begin"
            : null;
    }
}
