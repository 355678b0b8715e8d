using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class ImageReaderTests
{
    private const string Placeholder = "__debezium_unavailable_value";

    private const string Fields = "{\"type\":\"int64\",\"field\":\"id\"},{\"type\":\"string\",\"optional\":true,\"field\":\"name\"},"
        + "{\"type\":\"string\",\"optional\":true,\"default\":\"main\",\"field\":\"label\"}";

    [Fact]
    public void Both_images_share_one_layout_in_code_unit_order()
    {
        var change = Given.Change(Given.Record(Given.Envelope("u", "{\"b\":1,\"a\":2,\"Z\":3}", "{\"b\":1,\"a\":5,\"Z\":3}"), "{\"b\":1}"));
        change.Before.Layout.ShouldBeSameAs(change.After.Layout);
        change.After.Layout.Names.ShouldBe(["Z", "a", "b"]);
        Given.Show(change, change.Before).ShouldBe("full Z=3 a=2 b=1");
        Given.Show(change, change.After).ShouldBe("full Z=3 a=5 b=1");
        Given.Text(change.DeliveredBefore).ShouldBe("{\"b\":1,\"a\":2,\"Z\":3}");
        Given.Text(change.DeliveredAfter).ShouldBe("{\"b\":1,\"a\":5,\"Z\":3}");
    }

    [Theory]
    // PostgreSQL, nothing configured: fillers and defaults prove nothing; without a schema a delete proves nothing at all.
    [InlineData("postgresql", "d", false, "{\"id\":7,\"name\":\"\",\"label\":\"main\"}", "key id=7")]
    [InlineData("postgresql", "d", false, "{\"id\":7,\"name\":\"x\",\"label\":\"main\"}", "key id=7")]
    [InlineData("postgresql", "d", true, "{\"id\":7,\"name\":\"\",\"label\":\"main\"}", "key id=\"7\"")]
    [InlineData("postgresql", "d", true, "{\"id\":7,\"name\":null,\"label\":null}", "key id=\"7\"")]
    [InlineData("postgresql", "d", true, "{\"id\":7,\"name\":\"x\",\"label\":null}", "full id=\"7\" label=null name=\"x\"")]
    [InlineData("postgresql", "d", true, "{\"id\":0,\"name\":\"x\",\"label\":\"main\"}", "partial name=\"x\"")]
    [InlineData("postgresql", "d", false, "{\"id\":7}", "key id=7")]
    [InlineData("unheard-of", "d", false, "{\"id\":7,\"name\":\"x\"}", "key id=7")]
    // Engines whose log has whole rows, unless everything but the key is a filler.
    [InlineData("mysql", "d", false, "{\"id\":7,\"name\":\"x\",\"label\":null}", "full id=7 label=null name=\"x\"")]
    [InlineData("mariadb", "d", false, "{\"id\":7,\"name\":null,\"label\":\"\"}", "key id=7")]
    [InlineData("sqlserver", "d", false, "{\"id\":7}", "full id=7")]
    [InlineData("oracle", "d", true, "{\"id\":7,\"name\":\"\",\"label\":\"main\"}", "key id=\"7\"")]
    public void A_deletes_before_image_is_as_full_as_it_proves(string connector, string op, bool typed, string before, string expected)
    {
        var envelope = Given.Envelope(op, before, source: Given.Source(connector));
        var change = Given.Change(Given.Record(typed ? Given.WithSchema(Fields, envelope) : envelope, "{\"id\":7}"));
        Given.Show(change, change.Before).ShouldBe(expected);
        change.After.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData(ReplicaIdentity.Full, "{\"id\":7,\"name\":\"\",\"label\":\"main\"}", "full id=\"7\" label=\"main\"!ambiguous name=\"\"")]
    [InlineData(ReplicaIdentity.Key, "{\"id\":7,\"name\":\"x\",\"label\":\"y\"}", "key id=\"7\"")]
    [InlineData(ReplicaIdentity.Index, "{\"id\":0,\"name\":\"x\",\"label\":\"main\"}", "partial name=\"x\"")]
    public void Configuration_decides_what_a_before_image_is(ReplicaIdentity identity, string before, string expected)
    {
        var record = Given.Record(Given.WithSchema(Fields, Given.Envelope("d", before)), "{\"id\":7}");
        var change = Given.Change(record, Given.Settings(identity));
        Given.Show(change, change.Before).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{\"id\":7,\"name\":\"x\",\"label\":null}", "full id=7 label=null name=\"x\"")]
    [InlineData("{\"id\":7,\"name\":\"\",\"label\":null}", "key id=7")]
    [InlineData("{\"id\":7}", "key id=7")]
    public void An_updates_before_image_is_full_when_it_holds_more_than_fillers(string before, string expected)
    {
        var change = Given.Change(Given.Record(Given.Envelope("u", before, "{\"id\":7,\"name\":\"y\",\"label\":null}"), "{\"id\":7}"));
        Given.Show(change, change.Before).ShouldBe(expected);
        change.After.Extent.ShouldBe(ImageExtent.Full);
    }

    [Fact]
    public void An_image_without_a_column_that_the_other_has_is_not_full()
    {
        var record = Given.Record(Given.Envelope("u", "{\"id\":7,\"name\":\"x\"}", "{\"id\":7,\"name\":\"y\",\"w\":1}"), "{\"id\":7}");
        var change = Given.Change(record, Given.Settings(ReplicaIdentity.Full));
        Given.Show(change, change.Before).ShouldBe("partial id=7 name=\"x\"");
        Given.Show(change, change.After).ShouldBe("full id=7 name=\"y\" w=1");
    }

    [Theory]
    [InlineData("\"__debezium_unavailable_value\"")]
    [InlineData("\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\"")]
    [InlineData("\"5f5f646562657a69756d5f756e617661696c61626c655f76616c7565\"")]
    [InlineData("[\"__debezium_unavailable_value\"]")]
    [InlineData("[\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\"]")]
    [InlineData("[95,95,100,101,98,101,122,105,117,109,95,117,110,97,118,97,105,108,97,98,108,101,95,118,97,108,117,101]")]
    [InlineData("[ 95,95,100,101,98,101,122,105,117,109,95,117,110,97,118,97,105,108,97,98,108,101,95,118,97,108,117,101 ]")]
    [InlineData("[\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"]")]
    [InlineData("{\"__debezium_unavailable_value\":\"__debezium_unavailable_value\"}")]
    [InlineData("\"{\\\"__debezium_unavailable_value\\\":\\\"__debezium_unavailable_value\\\"}\"")]
    public void Every_form_of_the_placeholder_is_unavailable(string delivered)
    {
        var change = Given.Change(Given.Record(Given.Envelope("u", after: $"{{\"id\":1,\"v\":{delivered}}}"), "{\"id\":1}"));
        Given.Show(change, change.After).ShouldBe("partial id=1 v=unavailable");
    }

    [Fact]
    public void A_placeholder_is_recognised_in_a_json_column_and_by_its_configured_text()
    {
        var fields = "{\"type\":\"int32\",\"field\":\"id\"},{\"type\":\"string\",\"name\":\"io.debezium.data.Json\",\"field\":\"v\"}";
        var typed = Given.WithSchema(fields, Given.Envelope("u", after: $"{{\"id\":1,\"v\":\"{Placeholder}\"}}"));
        var change = Given.Change(Given.Record(typed));
        Given.Show(change, change.After).ShouldBe("partial id=1 v=unavailable");
        var own = Given.Envelope("u", after: $"{{\"a\":\"gone\",\"b\":[\"Z29uZQ==\"],\"c\":\"{Placeholder}\"}}");
        change = Given.Change(Given.Record(own), Given.Settings(placeholder: "gone"));
        Given.Show(change, change.After).ShouldBe($"partial a=unavailable b=unavailable c=\"{Placeholder}\"");
        change = Given.Change(Given.Record(own), Given.Settings(placeholder: "hex:676f6e65"));
        Given.Show(change, change.After).ShouldBe($"partial a=unavailable b=unavailable c=\"{Placeholder}\"");
    }

    [Theory]
    [InlineData("c", null, ReplicaIdentity.Auto, false, "full")]
    [InlineData("r", null, ReplicaIdentity.Auto, false, "full")]
    [InlineData("c", null, ReplicaIdentity.Auto, true, "partial")]
    [InlineData("c", null, ReplicaIdentity.Full, true, "full")]
    [InlineData("u", "{\"id\":1,\"v\":\"old\"}", ReplicaIdentity.Full, false, "full")]
    [InlineData("u", "{\"id\":1,\"v\":\"old\"}", ReplicaIdentity.Auto, false, "full")]
    [InlineData("u", null, ReplicaIdentity.Auto, false, "partial")]
    public void A_text_that_only_reads_like_the_placeholder_is_a_text(string op, string? before, ReplicaIdentity identity, bool moved, string extent)
    {
        (string, string)[] headers = moved ? [("__debezium.oldkey", "{\"id\":2}")] : [];
        var record = Given.Record(Given.Envelope(op, before, $"{{\"id\":1,\"v\":\"{Placeholder}\"}}"), "{\"id\":1}", headers);
        var change = Given.Change(record, Given.Settings(identity));
        var value = extent == "full" ? $"\"{Placeholder}\"" : "unavailable";
        Given.Show(change, change.After).ShouldBe($"{extent} id=1 v={value}");
    }

    [Fact]
    public void Oracle_withholds_large_objects_before_and_after()
    {
        var record = Given.Envelope(
            "u", $"{{\"id\":1,\"n\":\"a\",\"v\":\"{Placeholder}\"}}", $"{{\"id\":1,\"n\":\"b\",\"v\":\"{Placeholder}\"}}", Given.Source("oracle"));
        var change = Given.Change(Given.Record(record, "{\"id\":1}"));
        Given.Show(change, change.Before).ShouldBe("partial id=1 n=\"a\" v=unavailable");
        Given.Show(change, change.After).ShouldBe("partial id=1 n=\"b\" v=unavailable");
    }

    [Fact]
    public void A_nullable_column_that_has_its_default_is_ambiguous()
    {
        var change = Given.Change(Given.Record(Given.WithSchema(Fields, Given.Envelope("c", after: "{\"id\":1,\"name\":null,\"label\":\"main\"}"))));
        Given.Show(change, change.After).ShouldBe("full id=\"1\" label=\"main\"!ambiguous name=null");
        change = Given.Change(Given.Record(Given.WithSchema(Fields, Given.Envelope("c", after: "{\"id\":1,\"name\":null,\"label\":\"x\"}"))));
        Given.Show(change, change.After).ShouldBe("full id=\"1\" label=\"x\" name=null");
    }

    [Fact]
    public void A_default_is_a_value_like_any_other_where_the_converter_leaves_nulls_alone()
    {
        var record = Given.Record(Given.WithSchema(Fields, Given.Envelope("c", after: "{\"id\":1,\"name\":null,\"label\":\"main\"}")));
        var change = Given.Change(record, new DecodeSettings { Sources = [new SourceSettings { ReplaceNullWithDefault = false }] });
        Given.Show(change, change.After).ShouldBe("full id=\"1\" label=\"main\" name=null");
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"a\\u0000\":1}")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    public void A_row_that_is_none_is_refused(string after) =>
        Given.Rejection(Given.Record(Given.Envelope("c", after: after))).Code.ShouldBe(RejectionCode.InvalidMember);
}
