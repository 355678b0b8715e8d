using System.Text.Json;
using AuditStream.App.CommandLine;
using AuditStream.App.Tests.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Images kept across the records of one call of <c>explain</c>.</summary>
public sealed class KeptImagesTests
{
    /// <summary>The triggers that wrote the truth saw the heartbeat table, too.</summary>
    private const string EveryTable = "Sources:0:SkippedTables=";

    [FixturesFact]
    public async Task What_state_says_of_captured_updates_is_what_triggers_saw()
    {
        var (counts, differences) = await Compare("pg-a-json", "--set", EveryTable);
        differences.ShouldBeEmpty();
        counts.ShouldBe((State: 13, Record: 4, Unknown: 0));
    }

    [FixturesFact]
    public async Task What_state_says_of_updates_without_envelope_is_what_triggers_saw()
    {
        var (counts, differences) = await Compare("pg-d-unwrap", "--set", "Sources:0:Schema=bank", "--set", EveryTable);
        differences.ShouldBeEmpty();
        counts.ShouldBe((State: 17, Record: 0, Unknown: 0));
    }

    [Fact]
    public async Task Tables_may_differ_from_the_rest()
    {
        using var file = new TemporaryFile(string.Join('\n', Row("c", 1), Row("u", 2)));
        (await ChangedAsync(file.Path)).ShouldBeNull();
        (await ChangedAsync(file.Path, "--set", "Images:State=on")).ShouldBe("[\"v\"]");
        (await ChangedAsync(file.Path, "--set", "Sources:0:Tables:s.t:State=on")).ShouldBe("[\"v\"]");
        (await ChangedAsync(file.Path, "--set", "Images:State=on", "--set", "Sources:0:Tables:s.t:State=off")).ShouldBeNull();
        (await ChangedAsync(file.Path, "--set", "Images:State=on", "--set", "Sources:0:TopicPattern=other")).ShouldBe("[\"v\"]");
    }

    private static async Task<string?> ChangedAsync(string path, params string[] settings)
    {
        var answers = await Explained.OfAsync(path, settings);
        var changed = answers[^1].Events.ShouldHaveSingleItem().GetProperty("changed");
        return changed.ValueKind == JsonValueKind.Null ? null : changed.GetRawText();
    }

    private static string Row(string op, int value) => JsonSerializer.Serialize(new
    {
        topic = "p.s.t",
        key = new { id = 1 },
        value = new { before = default(string), after = new { id = 1, v = value }, source = new { connector = "postgresql", schema = "s", table = "t" }, op },
    });

    // Compares each update's list of changed columns with what triggers wrote of the same row, in the order of the row's changes.
    private static async Task<((int State, int Record, int Unknown) Counts, List<string> Differences)> Compare(string capture, params string[] settings)
    {
        var folder = Path.Combine(SharedFolder.Fixtures ?? "", "debezium");
        var truth = File.ReadLines(Path.Combine(folder, "pg", "truth.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(change => change.GetProperty("op").GetString() == "u" && change.GetProperty("phase").GetString() == "stream" && !IsMove(change))
            .GroupBy(RowOf).ToDictionary(changes => changes.Key, changes => new Queue<JsonElement>(changes));
        var answers = await Explained.OfAsync(Path.Combine(folder, capture, "messages.jsonl"), ["--set", "Images:State=on", .. settings]);
        var (counts, differences) = ((State: 0, Record: 0, Unknown: 0), new List<string>());
        foreach (var body in answers.SelectMany(answer => answer.Events).Where(body => body.GetProperty("operation").GetString() == "update"))
        {
            var row = $"{body.GetProperty("source").GetProperty("table").GetString()} {Key(body.GetProperty("key"))}";
            var change = truth[row].Dequeue();
            var from = body.GetProperty("images").GetProperty("before_from").GetString();
            counts = from switch
            {
                "state" => counts with { State = counts.State + 1 },
                "record" => counts with { Record = counts.Record + 1 },
                _ => counts with { Unknown = counts.Unknown + 1 },
            };
            var wanted = string.Join(' ', Changed(change).Order(StringComparer.Ordinal));
            var found = from == "none" ? wanted : string.Join(' ', body.GetProperty("changed").EnumerateArray().Select(name => name.GetString()));
            if (found != wanted || (from != "none" && body.GetProperty("changed_is").GetString() != "all"))
                differences.Add($"{row}: {found} instead of {wanted}");
        }
        return (counts, differences);
    }

    private static bool IsMove(JsonElement change) => RowOf(change) != RowOf(change, image: "old");

    private static string RowOf(JsonElement change) => RowOf(change, image: "new");

    private static string RowOf(JsonElement change, string image)
    {
        var keys = change.GetProperty("keys").EnumerateArray().Select(name => name.GetString() ?? "").Order(StringComparer.Ordinal);
        var row = change.GetProperty(image);
        return $"{change.GetProperty("table").GetString()} {string.Join(',', keys.Select(name => $"{name}={row.GetProperty(name)}"))}";
    }

    private static string Key(JsonElement key) => string.Join(',', key.EnumerateObject().Select(column => $"{column.Name}={column.Value.GetString()}"));

    // A NULL in a column with a default is delivered as the default: without a schema nothing tells.
    private static string Delivered(string column, JsonElement value) =>
        column == "label" && value.ValueKind == JsonValueKind.Null ? "\"main\"" : value.GetRawText();

    private static IEnumerable<string> Changed(JsonElement change)
    {
        foreach (var column in change.GetProperty("new").EnumerateObject())
        {
            if (!change.GetProperty("old").TryGetProperty(column.Name, out var old) || Delivered(column.Name, old) != Delivered(column.Name, column.Value))
                yield return column.Name;
        }
    }
}
