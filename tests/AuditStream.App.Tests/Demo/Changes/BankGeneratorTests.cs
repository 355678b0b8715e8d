using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Demo.Changes;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.Demo.Changes;

public sealed class BankGeneratorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private readonly IReadOnlyList<CapturedMessage> captured = CapturedFiles.Read(CapturedFiles.OwnFolder);

    [Fact]
    public void The_same_seed_gives_the_same_messages() =>
        Values(new BankGenerator(captured, seed: 7), 5).ShouldBe(Values(new BankGenerator(captured, seed: 7), 5));

    [Fact]
    public void Another_seed_gives_other_messages() =>
        Values(new BankGenerator(captured, seed: 7), 5).ShouldNotBe(Values(new BankGenerator(captured, seed: 8), 5));

    [Fact]
    public void Money_moves_and_none_is_made()
    {
        var generator = new BankGenerator(captured, seed: 1);
        var sums = Enumerable.Range(0, 50).SelectMany(i => generator.Next(Start.AddSeconds(i)))
            .Where(message => message.Topic == "bank.bank.accounts")
            .Chunk(2)
            .Select(pair => pair.Sum(message => Cents(message, "after") - Cents(message, "before")));
        sums.ShouldAllBe(sum => sum == 0);
    }

    [Fact]
    public void Positions_and_transactions_rise_and_the_before_image_is_the_last_after_image()
    {
        var generator = new BankGenerator(captured, seed: 1);
        var last = new Dictionary<string, string?>();
        var positions = new List<long>();
        foreach (var message in Enumerable.Range(0, 20).SelectMany(i => generator.Next(Start.AddSeconds(i))))
        {
            var value = Json(message);
            if (value["source"] is { } source)
                positions.Add((long)source["lsn"].ShouldNotBeNull());
            if (message.Topic != "bank.bank.accounts")
                continue;
            var key = Encoding.UTF8.GetString(message.Key.ShouldNotBeNull());
            if (last.TryGetValue(key, out var after))
                value["before"]?.ToJsonString().ShouldBe(after);
            last[key] = value["after"]?.ToJsonString();
        }
        positions.ShouldBe(positions.Order().Distinct());
        positions.Count.ShouldBe(60);
    }

    [Fact]
    public void The_product_makes_three_row_events_and_one_transaction_of_each()
    {
        var normalizer = new Normalizer(new NormalizerSettings { IdentityKey = new IdentityKey(new byte[32]), ConfigHash = "", ProductVersion = "0" });
        var generator = new BankGenerator(captured, seed: 3);
        var outcomes = Enumerable.Range(0, 10).SelectMany(i => generator.Next(Start.AddSeconds(i)))
            .Select((message, i) => normalizer.Process(Record(message, i), new NoOutput()))
            .CountBy(outcome => outcome.Kind).ToDictionary();
        outcomes.ShouldBe(new Dictionary<OutcomeKind, int> { [OutcomeKind.Skipped] = 10, [OutcomeKind.Emitted] = 40 }, ignoreOrder: true);
    }

    private static RawRecord Record(CapturedMessage message, long offset) => new()
    {
        Topic = message.Topic,
        Partition = message.Partition,
        Offset = offset,
        TimestampMilliseconds = message.TimestampMilliseconds,
        Key = message.Key,
        Value = message.Value,
        Headers = [],
    };

    private static string[] Values(BankGenerator generator, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => generator.Next(Start.AddSeconds(i))).Select(message => Json(message).ToJsonString())];

    private static JsonNode Json(CapturedMessage message) => JsonNode.Parse(message.Value.ShouldNotBeNull()).ShouldNotBeNull();

    private static long Cents(CapturedMessage message, string image) =>
        long.Parse(((string?)Json(message)[image]?["balance"]).ShouldNotBeNull().Replace(".", "", StringComparison.Ordinal),
            System.Globalization.CultureInfo.InvariantCulture);

    private sealed class NoOutput : IAuditEventOutput
    {
        public void Emit(AuditStream.Core.Emit.AuditEvent auditEvent)
        {
        }
    }
}
