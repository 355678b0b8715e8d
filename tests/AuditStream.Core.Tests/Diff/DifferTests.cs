using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Diff;

public sealed class DifferTests
{
    private const string Key = "{\"id\":1}";

    [Fact]
    public void Two_full_images_prove_what_changed_and_that_nothing_did()
    {
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":\"y\",\"b\":null}")).ShouldBe("All a");
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":\"x\",\"b\":null}")).ShouldBe("All");
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":null,\"b\":\"x\"}")).ShouldBe("All a b");
    }

    [Fact]
    public void A_field_that_came_or_went_between_two_documents_is_a_change()
    {
        var source = "{\"connector\":\"mongodb\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"collection\":\"c\",\"ord\":2}";
        Compare(Given.Envelope("u", "\"{\\\"a\\\":1,\\\"b\\\":2}\"", "\"{\\\"a\\\":1.0,\\\"c\\\":3}\"", source)).ShouldBe("All b c");
    }

    [Fact]
    public void Without_a_before_image_nothing_is_known_of_an_update()
    {
        var diff = new Differ().Compare(Given.Change(Given.Record(Given.Envelope("u", after: "{\"id\":1,\"a\":\"x\"}"), Key)));
        (diff.Knowledge, diff.BeforeFrom).ShouldBe((ChangedKnowledge.Unknown, BeforeSource.None));
    }

    [Fact]
    public void A_partial_before_image_proves_some_changes_at_least()
    {
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"y\",\"w\":1}")).ShouldBe("AtLeast a");
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"x\",\"w\":1}")).ShouldBe("Unknown");
        Compare(Given.Envelope("u", "{\"id\":1,\"a\":\"\"}", "{\"id\":1,\"a\":\"x\"}")).ShouldBe("Unknown");
    }

    [Fact]
    public void A_withheld_value_is_no_change()
    {
        var gone = "\"__debezium_unavailable_value\"";
        var oracle = Given.Source("oracle");
        Compare(Given.Envelope("u", $"{{\"id\":1,\"a\":\"x\",\"b\":{gone}}}", $"{{\"id\":1,\"a\":\"y\",\"b\":{gone}}}", oracle)).ShouldBe("All a");
        Compare(Given.Envelope("u", $"{{\"id\":1,\"a\":\"x\",\"b\":{gone}}}", "{\"id\":1,\"a\":\"y\",\"b\":\"new\"}", oracle)).ShouldBe("AtLeast a");
    }

    [Fact]
    public void An_insert_has_every_known_column_and_a_delete_every_column_of_its_image()
    {
        Compare(Given.Envelope("c", after: "{\"id\":1,\"a\":null}")).ShouldBe("All a id");
        Compare(Given.Envelope("d", "{\"id\":1,\"a\":\"x\"}"), ReplicaIdentity.Full).ShouldBe("All a id");
        Compare(Given.Envelope("d", "{\"id\":1,\"a\":\"x\"}")).ShouldBe("AtLeast id");
        Compare(Given.Envelope("d")).ShouldBe("Unknown");
        var moved = Given.Record(
            Given.Envelope("c", after: "{\"id\":1,\"a\":\"__debezium_unavailable_value\"}"), Key, ("__debezium.oldkey", "{\"id\":2}"));
        Show(new Differ().Compare(Given.Change(moved))).ShouldBe("AtLeast id");
    }

    [Fact]
    public void An_image_without_one_known_value_gives_no_list()
    {
        var diff = new Differ().Compare(Given.Change(Given.Record(Given.Envelope("d", "{\"id\":1,\"a\":\"x\"}"))));
        Show(diff).ShouldBe("Unknown");
        diff.BeforeFrom.ShouldBe(BeforeSource.Record);
    }

    [Fact]
    public void A_column_that_is_ambiguous_on_both_sides_is_not_decided()
    {
        var fields = "{\"type\":\"string\",\"optional\":true,\"default\":\"main\",\"field\":\"label\"},"
            + "{\"type\":\"string\",\"optional\":true,\"field\":\"n\"}";
        string Typed(string before, string after) => Given.WithSchema(fields, Given.Envelope("u", before, after));
        Compare(Typed("{\"label\":\"main\",\"n\":\"x\"}", "{\"label\":\"main\",\"n\":\"x\"}")).ShouldBe("Unknown");
        Compare(Typed("{\"label\":\"main\",\"n\":\"x\"}", "{\"label\":\"main\",\"n\":\"y\"}")).ShouldBe("AtLeast n");
        Compare(Typed("{\"label\":\"main\",\"n\":\"x\"}", "{\"label\":\"other\",\"n\":\"x\"}")).ShouldBe("All label");
    }

    [Fact]
    public void An_encoded_value_is_not_the_document_that_looks_like_it()
    {
        var field = "{\"type\":\"string\",\"name\":\"io.debezium.data.Json\",\"field\":\"v\"}";
        // The base64 of {"a":1,"a":2}.
        var record = Given.WithSchema(
            field,
            Given.Envelope(
                "u", "{\"v\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}",
                "{\"v\":\"{\\\"$bytes\\\":\\\"eyJhIjoxLCJhIjoyfQ==\\\"}\"}"));
        Compare(record).ShouldBe("All v");
    }

    [Fact]
    public void Snapshots_and_truncates_change_nothing()
    {
        Compare(Given.Envelope("r", after: "{\"id\":1}")).ShouldBe("Unknown");
        Compare(Given.Envelope("t")).ShouldBe("Unknown");
    }

    [Theory]
    [InlineData(null, "1.50", "1.5", true)]
    [InlineData(null, "1e2", "100", true)]
    [InlineData(null, "-0.0", "0.0", false)]
    [InlineData(null, "9007199254740993", "9007199254740992", false)]
    [InlineData(null, "\"1.50\"", "\"1.5\"", false)]
    [InlineData(null, "{\"a\":[1.0,{\"b\":2e1}]}", "{ \"a\":[1,{\"b\":20}]}", true)]
    [InlineData(null, "{\"a\":\"1.0\"}", "{\"a\":\"1\"}", false)]
    [InlineData(null, "[1,2]", "[1]", false)]
    [InlineData(
        "\"type\":\"string\",\"name\":\"io.debezium.data.Json\"",
        "\"{\\\"a\\\":1.0,\\\"b\\\":2}\"", "\"{\\\"b\\\": 2, \\\"a\\\": 1}\"", true)]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.data.EnumSet\"", "\"a,b\"", "\"b,a\"", true)]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.data.EnumSet\"", "\"a,b\"", "\"a,c\"", false)]
    [InlineData("\"type\":\"string\"", "\"a,b\"", "\"b,a\"", false)]
    [InlineData("\"type\":\"string\"", "\"x\"", "\"x \"", false)]
    [InlineData(
        "\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\"",
        "\"2020-01-31T10:00:00.50+01:00\"", "\"2020-01-31T09:00:00.5Z\"", true)]
    [InlineData(
        "\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\"",
        "\"2020-01-31T09:00:00Z\"", "\"2020-01-31T09:00:00.000Z\"", true)]
    [InlineData(
        "\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\"",
        "\"2020-01-31T09:00:10Z\"", "\"2020-01-31T09:00:01Z\"", false)]
    [InlineData("\"type\":\"double\"", "1.0E21", "1e21", true)]
    [InlineData("\"type\":\"array\",\"items\":{\"type\":\"double\"}", "[1.0,2.5]", "[1,2.50]", true)]
    [InlineData("\"type\":\"array\",\"items\":{\"type\":\"double\"}", "[1.0,2.5]", "[2.5,1.0]", false)]
    [InlineData(
        "\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\"}",
        "3.1400", "3.14", true)]
    [InlineData(
        "\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\"}",
        "\"AfM=\"", "\"AfQ=\"", false)]
    public void Values_compare_by_what_they_mean(string? field, string before, string after, bool same)
    {
        var envelope = Given.Envelope("u", $"{{\"v\":{before},\"z\":1}}", $"{{\"v\":{after},\"z\":1}}");
        var record = field is null ? envelope : Given.WithSchema($"{{{field},\"field\":\"v\"}},{{\"type\":\"int32\",\"field\":\"z\"}}", envelope);
        Compare(record, ReplicaIdentity.Full).ShouldBe(same ? "All" : "All v");
    }

    private static string Compare(string value, ReplicaIdentity identity = ReplicaIdentity.Auto) =>
        Show(new Differ().Compare(Given.Change(Given.Record(value, Key), Given.Settings(identity))));

    private static string Show(RowDiff diff)
    {
        var text = diff.Knowledge.ToString();
        for (var column = 0; column < diff.Differences.Length; column++)
        {
            if (diff.Differences[column] == FieldDifference.Changed)
                text += " " + diff.Change.After.Layout.Names[column];
        }

        return text;
    }
}
