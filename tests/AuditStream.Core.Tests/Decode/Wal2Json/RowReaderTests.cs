using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Wal2Json;

public sealed class RowReaderTests
{
    private const string Old = "[{\"name\":\"id\",\"type\":\"integer\",\"value\":1},{\"name\":\"v\",\"type\":\"text\",\"value\":\"b\"}]";

    [Fact]
    public void An_identity_of_the_key_only_proves_nothing_of_other_columns()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, Wal2JsonRecord.Id));
        Show(change, change.Before).ShouldBe("key id=1");
        DmsRecord.Changed(change).ShouldBe("unknown");
        change.PreviousKey.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void An_identity_of_the_whole_row_is_a_full_image()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, Old));
        Show(change, change.Before).ShouldBe("full id=1 v=\"b\"");
        DmsRecord.Changed(change).ShouldBe("all v");
    }

    [Fact]
    public void A_column_that_only_the_identity_has_is_unchanged_and_unavailable()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Id, Old));
        Show(change, change.After).ShouldBe("partial id=1 v=unavailable");
        Show(change, change.Before).ShouldBe("full id=1 v=\"b\"");
        DmsRecord.Changed(change).ShouldBe("all");
    }

    [Theory]
    [InlineData(ReplicaIdentity.Auto, null, true)]
    [InlineData(ReplicaIdentity.Auto, Wal2JsonRecord.Id, true)]
    [InlineData(ReplicaIdentity.Auto, Old, false)]
    [InlineData(ReplicaIdentity.Full, Wal2JsonRecord.Id, false)]
    [InlineData(ReplicaIdentity.Full, null, true)]
    public void A_withheld_column_may_be_missing_after_an_update_unless_the_identity_is_the_whole_row(ReplicaIdentity configured, string? old, bool mayLack)
    {
        Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, old), Settings(configured)).MayLackColumns.ShouldBe(mayLack);
        Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns), Settings(configured)).MayLackColumns.ShouldBeFalse();
    }

    [Fact]
    public void An_identity_of_an_index_is_a_partial_image_and_no_key()
    {
        var old = "[{\"name\":\"v\",\"type\":\"text\",\"value\":\"b\"}]";
        var update = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, old));
        Show(update, update.Before).ShouldBe("partial v=\"b\"");
        Show(update, update.Key).ShouldBe("full id=\"1\"");
        DmsRecord.Changed(update).ShouldBe("atleast v");
        var delete = Wal2JsonRecord.Change(Wal2JsonRecord.Action("D", identity: old));
        Show(delete, delete.Before).ShouldBe("partial v=\"b\"");
        delete.Key.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void An_update_without_identity_says_nothing_of_the_row_before()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns));
        change.Before.IsPresent.ShouldBeFalse();
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Theory]
    [InlineData(ReplicaIdentity.Auto, "", "partial")]
    [InlineData(ReplicaIdentity.Auto, Wal2JsonRecord.Pk, "partial")]
    [InlineData(ReplicaIdentity.Full, Wal2JsonRecord.Pk, "full")]
    [InlineData(ReplicaIdentity.Index, "", "partial")]
    [InlineData(ReplicaIdentity.Key, "", "key")]
    public void Configuration_says_how_whole_a_deleted_row_is(ReplicaIdentity identity, string pk, string extent)
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("D", identity: Old, rest: pk), Settings(identity));
        Show(change, change.Before).ShouldBe($"{extent} id=1 v=\"b\"");
    }

    [Fact]
    public void Configured_as_full_an_identity_of_some_columns_is_not_full_all_the_same()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, Wal2JsonRecord.Id), Settings(ReplicaIdentity.Full));
        change.Before.Extent.ShouldBe(ImageExtent.Partial);
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void Configuration_names_the_key_where_the_record_does_not()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns, rest: ""), Settings(key: ["v"]));
        Show(change, change.Key).ShouldBe("full v=\"a\"");
        change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns, rest: ",\"pk\":[]"), Settings(key: ["v"]));
        Show(change, change.Key).ShouldBe("full v=\"a\"");
    }

    [Theory]
    [InlineData("integer", "5", "5")]
    [InlineData("int4", "\"5\"", "5")]
    [InlineData("bigint", "9223372036854775807", "\"9223372036854775807\"")]
    [InlineData("numeric(38,10)", "12345678901234567890123456.7890123450", "\"12345678901234567890123456.7890123450\"")]
    [InlineData("numeric", "\"3.140\"", "\"3.140\"")]
    [InlineData("numeric", "\"NaN\"", "\"NaN\"")]
    [InlineData("numeric", "null", "null!ambiguous")]
    [InlineData("double precision", "1e-07", "1e-07")]
    [InlineData("double precision", "\"-Infinity\"", "\"-Infinity\"")]
    [InlineData("real", "null", "null!ambiguous")]
    [InlineData("integer", "null", "null")]
    [InlineData("boolean", "true", "true")]
    [InlineData("bytea", "\"00ff61\"", "\"AP9h\"")]
    [InlineData("bytea", "\"\"", "\"\"")]
    [InlineData("bytea", "\"0g\"", "\"0g\"")]
    [InlineData("jsonb", "\"{\\\"b\\\": 1.50, \\\"a\\\": []}\"", "{\"a\":[],\"b\":1.50}")]
    [InlineData("json", "\"null\"", "null")]
    [InlineData("text", "\"a\\u0000\"", "{\"$bytes\":\"YQA=\"}!encoded")]
    [InlineData("character(5)", "\"a    \"", "\"a    \"")]
    [InlineData("timestamp without time zone", "\"Sun Apr 26 16:23:59 2020\"", "\"Sun Apr 26 16:23:59 2020\"")]
    [InlineData("integer[]", "\"{1,2}\"", "\"{1,2}\"")]
    [InlineData("uuid", "\"00000000-0000-0000-0000-000000000001\"", "\"00000000-0000-0000-0000-000000000001\"")]
    public void Values_survive_exactly(string type, string value, string expected)
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", $"[{{\"name\":\"v\",\"type\":\"{type}\",\"value\":{value}}}]", rest: ""));
        Show(change, change.After).ShouldBe($"full v={expected}");
    }

    [Fact]
    public void Null_is_null_where_numbers_are_written_as_text()
    {
        var columns = "[{\"name\":\"id\",\"type\":\"integer\",\"value\":\"1\"},{\"name\":\"n\",\"type\":\"numeric\",\"value\":null}]";
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", columns));
        Show(change, change.After).ShouldBe("full id=1 n=null");
    }

    [Fact]
    public void Without_types_values_stay_as_they_are()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", "[{\"name\":\"v\",\"value\":1.50},{\"name\":\"b\",\"value\":\"ff\"}]", rest: ""));
        Show(change, change.After).ShouldBe("full b=\"ff\" v=1.50");
        change.After.Layout.Types.ShouldAllBe(type => type == ColumnType.Untyped);
    }

    [Theory]
    [InlineData(16_384, false)]
    [InlineData(16_385, true)]
    public void A_row_has_a_limited_number_of_columns(int count, bool isRefused)
    {
        var columns = string.Join(',', Enumerable.Range(0, count).Select(number => $"{{\"name\":\"c{number}\",\"type\":\"text\",\"value\":null}}"));
        var result = Given.Decode(Record(Wal2JsonRecord.Action("I", $"[{columns}]", rest: "")));
        (result.Rejection?.Code == RejectionCode.TooLarge).ShouldBe(isRefused);
        (result.Changes.Count == 1).ShouldBe(!isRefused);
    }

    [Fact]
    public void Names_may_hold_anything()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action(
            "I", "[{\"name\":\"a.\\\"b\\\" ü\",\"type\":\"integer\",\"value\":1},{\"name\":\"Z\\n\",\"type\":\"bigint\",\"value\":2}]",
            rest: ",\"pk\":[{\"name\":\"a.\\\"b\\\" ü\",\"type\":\"integer\"}]"));
        change.After.Layout.Names.ShouldBe(["Z\n", "a.\"b\" ü"]);
        change.After.Layout.Types.ShouldBe([ColumnType.Int64, ColumnType.Int32]);
        change.Key.Layout.Names.ShouldBe(["a.\"b\" ü"]);
    }
}
