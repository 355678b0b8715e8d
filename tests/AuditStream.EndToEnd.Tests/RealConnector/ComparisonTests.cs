using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>The comparison itself: it accepts what is right, and each kind of mistake that it is there for makes it speak.</summary>
public sealed class ComparisonTests
{
    private const string Types = """{"id":"integer","note":"text"}""";

    private static readonly TruthRow[] Truth =
    [
        Done(1, 0, "snapshot", null, """{"id":1,"note":"a"}"""),
        Done(2, 7, "insert", null, """{"id":2,"note":null}"""),
        Done(3, 7, "update", """{"id":2,"note":null}""", """{"id":2,"note":"b"}"""),
        Done(4, 7, "update", """{"id":2,"note":"b"}""", """{"id":3,"note":"b"}"""),
    ];

    [Fact]
    public void What_is_right_has_no_difference()
    {
        var comparison = new Comparison(Truth, Events());
        comparison.Run().ShouldBeEmpty();
        comparison.Compared.ShouldBe(5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_missing_event_is_found(int index) => Differences(events => events.RemoveAt(index)).ShouldNotBeEmpty();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public void An_event_that_is_there_twice_is_found(int index) =>
        Differences(events => events.Add(events[index] with { Id = Guid.NewGuid(), StreamOffset = 99 })).ShouldNotBeEmpty();

    [Theory]
    [InlineData("\"operation\":\"update\"", "\"operation\":\"insert\"")]
    [InlineData("\"after\":{\"id\":2,\"note\":\"b\"}", "\"after\":{\"id\":2,\"note\":\"c\"}")]
    [InlineData("\"old\":null", "\"old\":\"x\"")]
    [InlineData("\"changed\":[\"note\"]", "\"changed\":[\"id\",\"note\"]")]
    [InlineData("\"key\":{\"id\":\"2\"}", "\"key\":{\"id\":\"9\"}")]
    [InlineData("\"next_key\":{\"id\":\"3\"}", "\"next_key\":{\"id\":\"4\"}")]
    [InlineData("\"previous_key\":{\"id\":\"2\"},", "")]
    [InlineData("\"order\":2", "\"order\":3")]
    [InlineData("\"id\":\"7\"", "\"id\":\"8\"")]
    [InlineData("\"before\":\"full\"", "\"before\":\"key\"")]
    [InlineData("\"event_count\":4", "\"event_count\":5")]
    public void A_wrong_statement_is_found(string right, string wrong)
    {
        string.Concat(Bodies()).ShouldContain(right);
        var changed = false;
        Differences(events =>
        {
            for (var index = 0; index < events.Count && !changed; index++)
            {
                var body = events[index].Body.GetRawText();
                changed = body.Contains(right, StringComparison.Ordinal);
                events[index] = events[index] with { Body = Json(changed ? body.Replace(right, wrong, StringComparison.Ordinal) : body) };
            }
        }).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_wrong_order_on_the_topic_is_found() => Differences(events =>
    {
        events[1] = events[1] with { StreamOffset = 50 };
    }).ShouldContain(difference => difference.Contains("in the order", StringComparison.Ordinal));

    private static IReadOnlyList<string> Differences(Action<List<StoredEvent>> mistake)
    {
        var events = Events();
        mistake(events);
        return new Comparison(Truth, events).Run();
    }

    private static TruthRow Done(long sequence, long transaction, string operation, string? old, string? @new) => new(
        sequence, transaction, "accounts", operation, JsonSerializer.Deserialize<Dictionary<string, string>>(Types) ?? [],
        old is null ? null : Json(old), @new is null ? null : Json(@new));

    private static List<StoredEvent> Events() =>
        [.. Bodies().Select((body, index) => new StoredEvent(Guid.NewGuid(), Shard: 0, StreamOffset: index, Json(body)))];

    private static IEnumerable<string> Bodies()
    {
        const string Source = "\"source\":{\"position\":\"5\",\"schema\":\"app\",\"table\":\"accounts\"}";
        yield return "{\"operation\":\"snapshot\",\"key\":{\"id\":\"1\"},\"after\":{\"id\":1,\"note\":\"a\"},\"images\":{\"before\":\"none\",\"after\":\"full\"}," + Source + "}";
        yield return "{\"operation\":\"insert\",\"key\":{\"id\":\"2\"},\"after\":{\"id\":2,\"note\":null},\"images\":{\"before\":\"none\",\"after\":\"full\"},"
            + "\"changed\":[\"id\",\"note\"],\"changes\":[{\"field\":\"id\",\"new\":2},{\"field\":\"note\",\"new\":null}],"
            + "\"transaction\":{\"id\":\"7\",\"order\":1}," + Source + "}";
        yield return "{\"operation\":\"update\",\"key\":{\"id\":\"2\"},\"before\":{\"id\":2,\"note\":null},\"after\":{\"id\":2,\"note\":\"b\"},"
            + "\"images\":{\"before\":\"full\",\"after\":\"full\"},\"changed\":[\"note\"],\"changes\":[{\"field\":\"note\",\"new\":\"b\",\"old\":null}],"
            + "\"transaction\":{\"id\":\"7\",\"order\":2}," + Source + "}";
        yield return "{\"operation\":\"delete\",\"key\":{\"id\":\"2\"},\"next_key\":{\"id\":\"3\"},\"before\":{\"id\":2,\"note\":\"b\"},"
            + "\"images\":{\"before\":\"full\",\"after\":\"none\"},\"changed\":[\"id\",\"note\"],"
            + "\"changes\":[{\"field\":\"id\",\"old\":2},{\"field\":\"note\",\"old\":\"b\"}],\"transaction\":{\"id\":\"7\",\"order\":3}," + Source + "}";
        yield return "{\"operation\":\"insert\",\"key\":{\"id\":\"3\"},\"previous_key\":{\"id\":\"2\"},\"after\":{\"id\":3,\"note\":\"b\"},"
            + "\"images\":{\"before\":\"none\",\"after\":\"full\"},\"changed\":[\"id\",\"note\"],"
            + "\"changes\":[{\"field\":\"id\",\"new\":3},{\"field\":\"note\",\"new\":\"b\"}],\"transaction\":{\"id\":\"7\",\"order\":4}," + Source + "}";
        yield return "{\"operation\":\"transaction\",\"detail\":{\"event_count\":4},\"source\":{},\"transaction\":{\"id\":\"7\"}}";
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
