using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Messages of Maxwell, Canal, wal2json and GoldenGate from public documentation and captures through <c>explain --json</c>: every field
/// means what was published.</summary>
public sealed class PublishedOthersTests
{
    // Where an event says something else than what was published, and is right. By file and member.
    private static readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal)
    {
        ["update-commit.json transaction_last"] = "an event does not tell it: the place of its last change says nothing of the transaction's size",
        ["delete-row.json transaction_order"] = "Maxwell counts from 0, events count from 1",
        ["v1-transaction.json transaction_order"] = "the record names no transaction, so the event has none to count in",
        ["v2-update-with-pk.json primary_key"] = "the message says 4.56, and so does the event; published is 4.560",
        ["v2-update-with-pk.json previous_primary_key"] = "the same",
        ["v2-update-with-pk.json before"] = "the same; and the message calls it numeric, which in events is a string",
        ["v2-update-with-pk.json after"] = "the same",
    };

    [FixturesFact]
    public Task Maxwell() => Check("maxwell", ["maxwell", "maxwell", "maxwell"]);

    [FixturesFact]
    public async Task Canal()
    {
        var samples = await Check("canal", ["canal", "canal"]);
        var rows = samples["insert-two-rows.json"];
        rows.Events.Select(body => body.GetProperty("after").ToString()).ShouldBe(
            ["{\"_id\":\"2\",\"pt\":\"1\",\"v1\":\"two\"}", "{\"_id\":\"4\",\"pt\":\"2\",\"v1\":\"four\"}"]);
        rows.Events.Select(body => body.GetProperty("event_id").GetString()).Distinct().Count().ShouldBe(2);
    }

    [FixturesFact]
    public async Task Wal2json()
    {
        string[] keys = ["table1_with_pk", "table3_with_pk"];
        var samples = await Check(
            "wal2json", ["wal2json", "wal2json", "wal2json"],
            [.. keys.SelectMany(table => new[] { $"Sources:0:Tables:public.{table}:Key:0=a", $"Sources:0:Tables:public.{table}:Key:1=c" })]);
        var transaction = samples["v1-transaction.json"];
        transaction.Events.Select(body => body.GetProperty("operation").GetString()).ShouldBe(
            ["insert", "insert", "insert", "message", "delete", "delete", "insert"]);
        transaction.Events[4].GetProperty("key").ToString().ShouldBe("{\"a\":\"1\",\"c\":\"2018-03-27 11:58:28.988414\"}");
        transaction.Events[6].GetProperty("after").ToString().ShouldBe("{\"a\":1,\"b\":\"2.34\",\"c\":\"Tapir\"}");
        transaction.Events.Select(body => body.GetProperty("event_id").GetString()).Distinct().Count().ShouldBe(7);
    }

    [FixturesFact]
    public Task GoldenGate() => Check("other", ["goldengate"]);

    private static async Task<Dictionary<string, Explained>> Check(string folder, string[] kinds, params string[] settings)
    {
        var samples = PublishedSample.Read(folder);
        samples.Count.ShouldBe(kinds.Length);
        var answers = new Dictionary<string, Explained>(StringComparer.Ordinal);
        var differences = new List<(string Place, string What)>();
        foreach (var (sample, kind) in samples.Zip(kinds))
        {
            var answer = (await Explained.OfAsync(sample.Path, [.. settings.SelectMany(setting => new[] { "--set", setting })])).ShouldHaveSingleItem();
            answer.Outcome.ShouldBe("event", sample.Name);
            answer.Events[0].GetProperty("source").GetProperty("kind").GetString().ShouldBe(kind, sample.Name);
            answers[sample.Name] = answer;
            differences.AddRange(PublishedComparison.Of(sample.Expected, answer)
                .Select(difference => ($"{sample.Name} {difference.Member}", $"{difference.Found} instead of {difference.Wanted}")));
        }
        differences.Where(difference => !reasons.ContainsKey(difference.Place)).ShouldBeEmpty();
        reasons.Keys.Where(place => samples.Any(sample => place.StartsWith(sample.Name, StringComparison.Ordinal)))
            .Except(differences.Select(difference => difference.Place)).ShouldBeEmpty("a reason for what is no difference");
        return answers;
    }
}
