using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Protect;

/// <summary>Who made a change under the field policy, from the record to the event.</summary>
public sealed class ActorProtectionTests
{
    private static readonly RawRecord Row = Given.Record(Given.Envelope("c", after: "{\"by\":\"ann@example.org\",\"id\":1}"), "{\"id\":1}");

    private static readonly RawRecord Hasura = Given.Record(
        "{\"event\":{\"op\":\"INSERT\",\"session_variables\":{\"x-hasura-user-id\":\"ann@example.org\"},\"data\":{\"old\":null,\"new\":{\"id\":1}}},"
        + "\"created_at\":\"2021-10-07T01:17:17.429567Z\",\"id\":\"e\",\"table\":{\"schema\":\"s\",\"name\":\"t\"}}");

    [Theory]
    [InlineData("by", FieldAction.Mask, "***")]
    [InlineData("BY", FieldAction.Drop, null)]
    [InlineData("$actor", FieldAction.Mask, "***")]
    [InlineData("$actor", FieldAction.Drop, null)]
    [InlineData("*", FieldAction.Mask, "***")]
    [InlineData("id", FieldAction.Mask, "ann@example.org")]
    [InlineData("$actor", FieldAction.Keep, "ann@example.org")]
    public void What_hides_the_column_or_the_actor_hides_the_actor(string column, FieldAction action, string? actor)
    {
        var (text, value) = Event(Row, Rule("s.t", column, action));
        ActorOf(value).ShouldBe(actor);
        var isHidden = column.StartsWith('b') || column.StartsWith('B') || column == "*";
        if (isHidden)
            text.ShouldNotContain("ann@example.org");
    }

    [Fact]
    public void An_actor_that_is_hidden_is_named_in_the_protection_and_only_then()
    {
        Fields(Event(Row, Rule("s.t", "by", FieldAction.Mask)).Value).ShouldBe(["mask $actor", "mask by"]);
        Fields(Event(Row, Rule("*", "$actor", FieldAction.Drop)).Value).ShouldBe(["drop $actor"]);
        var nobody = Given.Record(Given.Envelope("c", after: "{\"by\":null,\"id\":1}"), "{\"id\":1}");
        Fields(Event(nobody, Rule("s.t", "by", FieldAction.Mask)).Value).ShouldBe(["mask by"]);
        Fields(Event(nobody, Rule("*", "$actor", FieldAction.Drop)).Value).ShouldBeEmpty();
    }

    [Fact]
    public void An_actor_from_a_protected_key_column_is_its_keyed_hash()
    {
        var record = Given.Record(Given.Envelope("c", after: "{\"by\":\"ann@example.org\",\"id\":1}"), "{\"by\":\"ann@example.org\"}");
        var (text, value) = Event(record, Rule("s.t", "by", FieldAction.Mask));
        ActorOf(value).ShouldNotBeNull().ShouldStartWith("keyed-hash:");
        ActorOf(value).ShouldBe(value.GetProperty("key").GetProperty("by").GetString());
        text.ShouldNotContain("ann@example.org");
        ActorOf(Event(record, Rule("s.t", "$actor", FieldAction.Drop), Rule("s.t", "by", FieldAction.Mask)).Value).ShouldBeNull();
    }

    [Fact]
    public void A_rule_that_keeps_the_actor_does_not_show_the_column_that_is_hidden() =>
        ActorOf(Event(Row, Rule("s.t", "$actor", FieldAction.Keep), Rule("s.t", "by", FieldAction.Mask)).Value).ShouldBe("***");

    [Fact]
    public void What_the_record_itself_says_of_who_is_reached_too()
    {
        ActorOf(Event(Hasura).Value).ShouldBe("{\"x-hasura-user-id\":\"ann@example.org\"}");
        var (text, value) = Event(Hasura, Rule("s.*", "$actor", FieldAction.Mask));
        ActorOf(value).ShouldBe("***");
        text.ShouldNotContain("ann@example.org");
    }

    [Fact]
    public void The_actor_of_a_message_is_reached_by_the_table_message()
    {
        var message = Given.Record(Given.Envelope("m", rest: ",\"message\":{\"prefix\":\"x\",\"content\":\"YQ==\"}"), key: null, ("user", "ann"));
        ActorOf(Event(message).Value).ShouldBe("ann");
        var value = Event(message, Rule("message", "*", FieldAction.Mask)).Value;
        ActorOf(value).ShouldBe("***");
        Fields(value).ShouldBe(["mask $actor", "mask content"]);
        ActorOf(Event(message, Rule("s.t", "$actor", FieldAction.Mask)).Value).ShouldBe("ann");
    }

    private static string? ActorOf(JsonElement value) => value.TryGetProperty("actor", out var actor) ? actor.GetString() : null;

    private static string[] Fields(JsonElement value) => value.TryGetProperty("protection", out var protection)
        ? [.. protection.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("action").GetString()} {field.GetProperty("field").GetString()}")]
        : [];

    private static ProtectRule Rule(string table, string column, FieldAction action) => new() { Table = table, Column = column, Action = action };

    private static (string Text, JsonElement Value) Event(in RawRecord record, params ProtectRule[] rules)
    {
        var output = new CollectingOutput();
        var normalizer = new Normalizer(new NormalizerSettings
        {
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
            Decode = new DecodeSettings { Sources = [new SourceSettings { ActorColumns = ["by"], ActorHeaders = ["user"] }] },
            Protect = new ProtectSettings { Rules = rules },
        });
        normalizer.Process(record, output).Kind.ShouldBe(OutcomeKind.Emitted);
        var text = Encoding.UTF8.GetString(output.Values.ShouldHaveSingleItem());
        return (text, JsonSerializer.Deserialize<JsonElement>(text));
    }
}
