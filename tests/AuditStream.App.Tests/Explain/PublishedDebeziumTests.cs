using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Messages from public documentation and captures through <c>explain --json</c>, against what was published about them.</summary>
public sealed class PublishedDebeziumTests
{
    // Where an event says something else than what was published, and is right. By file and member.
    private static readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal)
    {
        ["oid-update-with-before.json primary_key"] = "the message's key calls the document's _id id, and holds it as text; the event repeats the message",
        ["types-temporal-read.json event_time_from"] = "a snapshot row's time is that of reading it: capture, though source.ts_ms holds it",
        ["pg-upsert-no-op.json changed"] = "an upsert changes nothing that could be named: the member is left out, not null",
    };

    [FixturesFact]
    public Task Control_records() => Check("debezium-control", count: 5);

    [FixturesFact]
    public Task MongoDB() => Check("debezium-mongodb", count: 1);

    [FixturesFact]
    public Task MySQL() => Check("debezium-mysql", count: 4);

    [FixturesFact]
    public Task Oracle() => Check("debezium-oracle", count: 1, "Sources:0:Tables:FLINKUSER.ORACLE_SOURCE_TBL:Key:0=ID");

    [FixturesFact]
    public Task PostgreSQL() => Check("debezium-postgres", count: 3);

    [FixturesFact]
    public Task SQL_Server() => Check("debezium-sqlserver", count: 1, "Sources:0:Tables:dbo.cdc_test:Key:0=id");

    [FixturesFact]
    public Task Rows_without_envelope() => Check("debezium-unwrap", count: 2, "Sources:0:Tables:public.mini_ticker:Key:0=id");

    private static async Task Check(string folder, int count, params string[] settings)
    {
        var samples = PublishedSample.Read(folder);
        samples.Count.ShouldBe(count);
        var differences = new List<(string Place, string What)>();
        foreach (var sample in samples)
        {
            var answers = await Explained.OfAsync(sample.Path, [.. settings.SelectMany(setting => new[] { "--set", setting })]);
            var answer = answers.ShouldHaveSingleItem(sample.Name);
            if (answer.Outcome == "event")
            {
                differences.AddRange(PublishedComparison.Of(sample.Expected, answer)
                    .Select(difference => ($"{sample.Name} {difference.Member}", $"{difference.Found} instead of {difference.Wanted}")));
            }
            else
            {
                // Heartbeats, tombstones, beginnings of transactions: a skip has no event that could say more.
                answer.Reason.ShouldNotBeNull(sample.Name).ShouldStartWith(sample.Expected.GetProperty("class").GetString() ?? "");
            }
        }
        differences.Where(difference => !reasons.ContainsKey(difference.Place)).ShouldBeEmpty();
        reasons.Keys.Where(place => samples.Any(sample => place.StartsWith(sample.Name, StringComparison.Ordinal)))
            .Except(differences.Select(difference => difference.Place)).ShouldBeEmpty("a reason for what is no difference");
    }
}
