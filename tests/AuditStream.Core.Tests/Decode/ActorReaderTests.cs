using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

public sealed class ActorReaderTests
{
    [Theory]
    [InlineData("\"ann\"", "ann")]
    [InlineData("\"a\\\"b\\u0041\"", "a\\\"bA")]
    [InlineData("42", "42")]
    [InlineData("true", "true")]
    [InlineData("{\"id\":7}", "{\\\"id\\\":7}")]
    [InlineData("null", "")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\u0000\"", "")]
    public void A_column_says_who(string value, string actor) =>
        Actor(Given.Envelope("c", after: $"{{\"id\":1,\"by\":{value}}}"), Settings(["by"])).ShouldBe(actor);

    [Theory]
    [InlineData("ann", "ann")]
    [InlineData("\"ann\"", "ann")]
    [InlineData("{\"schema\":{\"type\":\"string\",\"optional\":false},\"payload\":\"ann\"}", "ann")]
    [InlineData("{\"sub\":\"ann\"}", "{\\\"sub\\\":\\\"ann\\\"}")]
    [InlineData("5", "5")]
    [InlineData("null", "")]
    [InlineData("", "")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\0b", "")]
    public void A_header_says_who_bare_or_as_json(string value, string actor) =>
        Actor(Given.Envelope("d", before: "{\"id\":1}"), Settings([], ["user"]), ("user", value)).ShouldBe(actor);

    [Fact]
    public void The_first_that_is_there_counts_headers_before_columns()
    {
        var record = Given.Envelope("u", after: "{\"by\":\"\",\"editor\":\"eve\",\"id\":1}");
        var settings = Settings(["by", "gone", "editor", "id"], ["x-user", "user"]);
        Actor(record, settings).ShouldBe("eve");
        Actor(record, settings, ("user", "ann"), ("x-user", "null")).ShouldBe("ann");
        Actor(record, settings, ("user", "ann"), ("x-user", "bob"), ("x-user", "cid")).ShouldBe("cid");
        Actor(record, settings, ("USER", "ann")).ShouldBe("eve");
    }

    [Fact]
    public void The_records_own_words_come_between_headers_and_columns()
    {
        var record = "{\"event\":{\"op\":\"INSERT\",\"session_variables\":{\"x-hasura-user-id\":\"5\"},\"data\":{\"old\":null,\"new\":{\"id\":1,\"by\":\"ann\"}}},"
            + "\"created_at\":\"2021-10-07T01:17:17.429567Z\",\"id\":\"e\",\"table\":{\"schema\":\"s\",\"name\":\"t\"}}";
        Actor(record, Settings(["by"])).ShouldBe("{\\\"x-hasura-user-id\\\":\\\"5\\\"}");
        Actor(record, Settings(["by"], ["user"]), ("user", "eve")).ShouldBe("eve");
        Actor(record.Replace("{\"x-hasura-user-id\":\"5\"}", "null", StringComparison.Ordinal), Settings(["by"])).ShouldBe("ann");
    }

    [Theory]
    [InlineData("d", "{\"id\":1,\"by\":\"ann\"}", null)]
    [InlineData("r", null, "{\"id\":1,\"by\":\"ann\"}")]
    [InlineData("t", null, null)]
    public void A_column_does_not_say_who_deleted_or_read_the_row(string op, string? before, string? after) =>
        Actor(Given.Envelope(op, before, after), Settings(["by"])).ShouldBe("");

    [Fact]
    public void What_the_source_withheld_or_is_too_long_says_nothing()
    {
        var settings = Settings(["by"], ["user"]);
        Actor(Given.Envelope("u", after: "{\"id\":1,\"by\":\"__debezium_unavailable_value\"}"), settings).ShouldBe("");
        var longest = new string('x', ActorReader.MaxActorBytes);
        Actor(Given.Envelope("u", after: $"{{\"id\":1,\"by\":\"{longest}\"}}"), settings).ShouldBe("");
        Actor(Given.Envelope("u", after: "{\"id\":1}"), settings, ("user", longest)).ShouldBe(longest);
        Actor(Given.Envelope("u", after: "{\"id\":1}"), settings, ("user", longest + "x")).ShouldBe("");
    }

    [Fact]
    public void A_table_may_have_its_own()
    {
        var record = Given.Envelope("c", after: "{\"by\":\"ann\",\"editor\":\"eve\",\"id\":1}");
        var settings = Settings(["by"]);
        Actor(record, Of(settings, new TableSettings { ActorColumns = ["editor"] })).ShouldBe("eve");
        Actor(record, Of(settings, new TableSettings { ActorColumns = [] })).ShouldBe("");
        Actor(record, Of(settings, new TableSettings { ActorHeaders = ["user"] }), ("user", "bob")).ShouldBe("bob");
    }

    [Fact]
    public void Every_change_of_a_record_has_its_own_and_those_of_a_wrapper_keep_theirs()
    {
        const string Two = "{\"change\":[{\"kind\":\"insert\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"by\"],\"columntypes\":[\"text\"],\"columnvalues\":[\"ann\"]},"
            + "{\"kind\":\"insert\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"by\"],\"columntypes\":[\"text\"],\"columnvalues\":[\"bob\"]}]}";
        Given.Decode(Given.Record(Two), Of(Settings(["by"]))).Changes.Select(change => Given.Text(change.Facts.Actor)).ShouldBe(["ann", "bob"]);
        var wrapped = "{\"Records\":[{\"kinesis\":{\"data\":\"" + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Two))
            + "\",\"sequenceNumber\":\"1\"},\"eventID\":\"s:1\"}]}";
        Given.Decode(Given.Record(wrapped, key: null, ("user", "the wrapper's")), Of(Settings(["by"], ["user"]))).Changes
            .Select(change => Given.Text(change.Facts.Actor)).ShouldBe(["ann", "bob"]);
    }

    private static SourceSettings Settings(string[] columns, string[]? headers = null) => new() { ActorColumns = columns, ActorHeaders = headers ?? [] };

    private static DecodeSettings Of(SourceSettings source, TableSettings? table = null) => new()
    {
        Sources = [table is null ? source : source with { Tables = new Dictionary<string, TableSettings> { ["s.t"] = table } }],
    };

    private static string Actor(string record, SourceSettings source, params (string, string)[] headers) => Actor(record, Of(source), headers);

    private static string Actor(string record, DecodeSettings settings, params (string, string)[] headers) =>
        Given.Text(Given.Change(Given.Record(record, key: null, headers), settings).Facts.Actor);
}
