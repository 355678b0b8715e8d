using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Demo;
using AuditStream.Demo.Changes;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.Demo.Messages;

/// <summary>One history in the form of Debezium, captured, and in that of DMS, written: both give the same changes.</summary>
/// <remarks>
/// <code>
/// in the history                              Debezium                       DMS
/// a change of key                             delete + insert, linked        one update with previous_key
/// truncate, message, end of a transaction     events of their own            nothing is sent
/// a value that was not logged                 unavailable                    looked up: the value, said as if it had been logged
/// types                                       changes[].type                 not known
/// numeric, int64                              strings of all digits          numbers, without zeros at the end
/// boolean                                     true, false                    "t", "f"
/// json, arrays, bytes                         json, arrays, base64           texts; hex
/// timestamp without zone                      without                        with Z, like any other
/// date, timestamp without a schema            days, microseconds             texts
/// </code>
/// </remarks>
public sealed class DmsMessagesTests
{
    private static readonly IReadOnlyList<string> fullTables = DemoConfiguration.FullTables;
    private readonly IReadOnlyList<CapturedMessage> captured = CapturedFiles.Read(CapturedFiles.OwnFolder);

    [Fact]
    public void Both_forms_of_a_history_give_the_same_changes()
    {
        var writer = new DmsMessages(fullTables);
        var fromDms = Changes(Events(writer.Write(captured), Settings(writer.Keys)));
        var fromDebezium = Changes(Joined(Events(captured, new DecodeSettings { Sources = [Source()] })));
        fromDms.Count.ShouldBeGreaterThan(60);
        fromDms.Select(change => change.What).ShouldBe(fromDebezium.Select(change => change.What));
        foreach (var (dms, debezium) in fromDms.Zip(fromDebezium))
            SameValues(dms.Event, debezium.Event);
    }

    [Fact]
    public void What_the_source_identifies_is_strong_and_loads_are_baselines()
    {
        var writer = new DmsMessages(fullTables);
        var events = Events(writer.Write(captured), Settings(writer.Keys));
        events.Where(IsRow).Select(row => ((string?)row["operation"] == "snapshot", (string?)row["identity"])).Distinct()
            .ShouldBe([(true, "medium"), (false, "strong")], ignoreOrder: true);
        events.Where(row => IsRow(row) && (string?)row["operation"] != "snapshot").Select(row => (string?)row["event_id"]).ShouldBeUnique();
        events.Count(row => (string?)row["operation"] == "schema").ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_same_messages_are_written_again()
    {
        var first = new DmsMessages(fullTables).Write(captured);
        var second = new DmsMessages(fullTables).Write(captured);
        second.Select(Text).ShouldBe(first.Select(Text));
        first.Select(message => message.Topic).Distinct().ShouldBe(["dms.shop", "dms.bank"], ignoreOrder: true);
        first.ShouldAllBe(message => message.Partition >= 0 && message.Partition < 3);
    }

    [Fact]
    public void New_transactions_go_on()
    {
        var writer = new DmsMessages(fullTables);
        writer.Write(captured);
        var generator = new BankGenerator(captured, seed: 3);
        for (var second = 0; second < 5; second++)
        {
            var messages = writer.Write(generator.Next(DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000 + second)));
            var events = Events(messages, Settings(writer.Keys));
            events.Select(change => (string?)change["operation"]).ShouldBe(["update", "update", "insert"]);
            events.Select(change => (int?)change["transaction"]?["order"]).ShouldBe([1, 2, 3]);
            events[0]["changed"]?.ToJsonString().ShouldBe("[\"balance\",\"last_booking\"]");
        }
    }

    private static string Text(CapturedMessage message) => Encoding.UTF8.GetString(message.Value ?? []);

    private static SourceSettings Source() => new()
    {
        Tables = fullTables.ToDictionary(table => table, _ => new TableSettings { ReplicaIdentity = ReplicaIdentity.Full }),
    };

    private static DecodeSettings Settings(IReadOnlyDictionary<string, IReadOnlyList<string>> keys) => new()
    {
        Sources =
        [
            new SourceSettings
            {
                Name = "by-dms",
                IncludeNullAndEmpty = true,
                Tables = keys.ToDictionary(table => table.Key, table => new TableSettings
                {
                    Key = table.Value, ReplicaIdentity = fullTables.Contains(table.Key) ? ReplicaIdentity.Full : ReplicaIdentity.Key,
                }),
            },
        ],
    };

    private static List<JsonObject> Events(IEnumerable<CapturedMessage> messages, DecodeSettings settings)
    {
        var output = new Output();
        var normalizer = new Normalizer(new NormalizerSettings
        {
            Decode = settings, IdentityKey = new IdentityKey(new byte[32]), ConfigHash = "", ProductVersion = "0",
        });
        var offset = 0L;
        foreach (var message in messages)
        {
            normalizer.Process(
                new RawRecord
                {
                    Topic = message.Topic,
                    Partition = message.Partition,
                    Offset = offset++,
                    TimestampMilliseconds = message.TimestampMilliseconds,
                    Key = message.Key is null ? null : (ReadOnlyMemory<byte>?)message.Key,
                    Value = message.Value is null ? null : (ReadOnlyMemory<byte>?)message.Value,
                    Headers = [.. message.Headers.Select(header => new RecordHeader(header.Key, header.Value))],
                },
                output).Rejection.ShouldBeNull();
        }
        return output.Events;
    }

    private static bool IsRow(JsonObject auditEvent) => (string?)auditEvent["operation"] is "insert" or "update" or "delete" or "snapshot";

    // The order of the log, and both halves of a change of key as the one update that they were.
    private static List<JsonObject> Joined(List<JsonObject> events)
    {
        var rows = events.Where(IsRow).OrderBy(row => (string?)row["operation"] != "snapshot").ThenBy(row => long.Parse(Position(row), CultureInfo.InvariantCulture)).ToList();
        foreach (var insert in rows.Where(row => row["previous_key"] is not null).ToList())
        {
            var delete = rows.Single(row => row["next_key"] is not null && Position(row) == Position(insert));
            rows.Remove(delete);
            insert["operation"] = "update";
            insert["before"] = delete["before"]?.DeepClone();
            var (before, after) = (Image(insert, "before"), Image(insert, "after"));
            var changed = before.Where(column => !JsonNode.DeepEquals(column.Value, after[column.Key])).Select(column => column.Key);
            insert["changed"] = new JsonArray([.. changed.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        }
        return rows;
    }

    private static List<(string What, JsonObject Event)> Changes(List<JsonObject> events) =>
        [.. events.Where(IsRow).Select(row => (
            $"{row["source"]?["schema"]}.{row["source"]?["table"]} {row["operation"]} {row["key"]?.ToJsonString()} from {row["previous_key"]?.ToJsonString()}"
            + $" in {row["transaction"]?["id"]}: {row["changed"]?.ToJsonString()}", row))];

    private static void SameValues(JsonObject dms, JsonObject debezium)
    {
        var withheld = debezium["images"]?["unavailable"]?.AsArray().Select(name => (string?)name).ToList() ?? [];
        var types = (debezium["changes"] as JsonArray ?? []).ToDictionary(change => (string?)change?["field"] ?? "", change => (string?)change?["type"]);
        foreach (var image in (string[])["before", "after"])
        {
            // Of a row whose old values were not logged, the key that it kept is known by the way DMS says nothing.
            if (image == "before" && debezium["before"] is null)
                continue;
            var (theirs, ours) = (Image(debezium, image), Image(dms, image));
            ours.Select(column => column.Key).ShouldBe(theirs.Select(column => column.Key).Concat(image == "after" ? withheld : []), ignoreOrder: true);
            foreach (var (name, value) in theirs)
                Plain(ours[name]).ShouldBe(Plain(Dated(name, value)), $"{debezium["source"]?["table"]}.{name} ({types.GetValueOrDefault(name)})");
        }
    }

    // The bank's connector sends no schemas, so that its days and microseconds stay numbers.
    private static JsonNode? Dated(string column, JsonNode? value) => column switch
    {
        "opened_on" => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int?)value ?? 0).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "booked_at" => DateTime.UnixEpoch.AddMicroseconds((long?)value ?? 0).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        _ => value,
    };

    // The ways in which the two write one value, down to what they have in common.
    private static string Plain(JsonNode? value)
    {
        if (value is null)
            return "null";
        if (value is JsonArray array)
            return $"{{{string.Join(',', array.Select(element => element?.ToString()))}}}";
        if (value is JsonObject json)
            return json.ToJsonString();
        var text = value.ToString();
        if (text is "true" or "false" or "t" or "f")
            return text[..1];
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return Convert.ToBase64String(Convert.FromHexString(text[2..]));
        if (text.StartsWith('{') && JsonNode.Parse(text.Contains(':', StringComparison.Ordinal) ? text : "null") is { } parsed)
            return parsed.ToJsonString();
        if (text.Length > 11 && text[4] == '-' && text[10] == 'T')
            return Shortest(text.TrimEnd('Z'));
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("0.############", CultureInfo.InvariantCulture) : text;
    }

    private static string Shortest(string time) => time.Contains('.', StringComparison.Ordinal) ? time.TrimEnd('0').TrimEnd('.') : time;

    private static JsonObject Image(JsonObject auditEvent, string name) => auditEvent[name] as JsonObject ?? [];

    private static string Position(JsonObject auditEvent) => (string?)auditEvent["source"]?["position"] ?? "";

    private sealed class Output : IAuditEventOutput
    {
        public List<JsonObject> Events { get; } = [];

        public void Emit(AuditEvent auditEvent) => Events.Add((JsonObject)JsonNode.Parse(auditEvent.Value.Span).ShouldNotBeNull());
    }
}
