using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Maxwell;

public sealed class MaxwellDialectTests
{
    [Fact]
    public void An_insert_has_the_whole_row_its_key_place_and_time()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("insert"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Insert);
        (change.Facts.Table.Kind, change.Facts.Table.Source, change.Facts.Table.Database, change.Facts.Table.Schema, change.Facts.Table.Table)
            .ShouldBe(("maxwell", "p.s.t", "d", null, "t"));
        Show(change, change.After).ShouldBe("full id=1 v=\"a\" w=null");
        change.Before.IsPresent.ShouldBeFalse();
        Show(change, change.Key).ShouldBe("full id=\"1\"");
        Text(change.Facts.Position).ShouldBe("master.000006:800911");
        Text(change.Facts.TransactionId).ShouldBe("7");
        change.Facts.TransactionOrder.ShouldBe(3);
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredAtDigits, change.Facts.OccurredFrom)
            .ShouldBe((1_596_684_906_000_000, 0, OccurredFrom.Commit));
    }

    [Fact]
    public void The_data_of_a_delete_is_the_whole_old_row()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("delete"));
        Show(change, change.Before).ShouldBe("full id=1 v=\"a\" w=null");
        change.After.IsPresent.ShouldBeFalse();
        Text(change.DeliveredBefore).ShouldBe(MaxwellRecord.Data);
        DmsRecord.Changed(change).ShouldBe("all id v w");
    }

    [Theory]
    [InlineData(",\"old\":{\"v\":\"b\"}", "full id=1 v=\"b\" w=null", "all v")]
    [InlineData(",\"old\":{\"v\":null}", "full id=1 v=null w=null", "all v")]
    [InlineData(",\"old\":{\"w\":2.50,\"v\":\"b\"}", "full id=1 v=\"b\" w=2.50", "all v w")]
    [InlineData(",\"old\":{\"v\":\"a\"}", "full id=1 v=\"a\" w=null", "all")]
    [InlineData("", "full id=1 v=\"a\" w=null", "all")]
    [InlineData(",\"old\":null", "full id=1 v=\"a\" w=null", "all")]
    [InlineData(",\"old\":{}", "none", "unknown")]
    public void The_row_before_an_update_is_the_row_after_it_with_the_old_values_over_it(string old, string before, string changed)
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("update", rest: old));
        Show(change, change.After).ShouldBe("full id=1 v=\"a\" w=null");
        Show(change, change.Before).ShouldBe(before);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Fact]
    public void A_column_that_is_only_among_the_old_values_became_null_where_nulls_are_left_out()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("update", "{\"id\":1}", ",\"old\":{\"v\":\"b\"}"));
        DmsRecord.Changed(change).ShouldBe("all v");
    }

    [Fact]
    public void An_update_of_the_key_is_one_change_with_the_key_before_it()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("update", rest: ",\"old\":{\"id\":9}"));
        Show(change, change.Key).ShouldBe("full id=\"1\"");
        Show(change, change.PreviousKey).ShouldBe("full id=\"9\"");
    }

    [Fact]
    public void A_bootstrap_reads_rows_and_tells_its_beginning_and_end()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("bootstrap-insert", place: ""));
        change.Facts.Operation.ShouldBe(ChangeOperation.Snapshot);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Capture);
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        Text(change.Facts.Snapshot).ShouldBe("bootstrap");
        DmsRecord.Changed(change).ShouldBe("unknown");
        Given.Decode(Record(MaxwellRecord.Row("bootstrap-start", "{}", place: "", key: ""))).Skip.ShouldBe(SkipReason.Notification);
        Given.Decode(Record(MaxwellRecord.Row("bootstrap-complete", "{}", place: "", key: ""))).Skip.ShouldBe(SkipReason.Notification);
    }

    [Theory]
    [InlineData("table-create", ",\"table\":\"t\",\"def\":{\"table\":\"t\",\"columns\":[]}", "{\"def\":{\"columns\":[],\"table\":\"t\"},\"sql\":\"s\",\"type\":\"table-create\"}")]
    [InlineData("table-alter", ",\"table\":\"t\",\"old\":{\"b\":1},\"def\":{}", "{\"def\":{},\"old\":{\"b\":1},\"sql\":\"s\",\"type\":\"table-alter\"}")]
    [InlineData("table-drop", ",\"table\":\"t\"", "{\"sql\":\"s\",\"type\":\"table-drop\"}")]
    [InlineData("database-create", "", "{\"sql\":\"s\",\"type\":\"database-create\"}")]
    [InlineData("database-alter", ",\"charset\":\"utf8\"", "{\"sql\":\"s\",\"type\":\"database-alter\"}")]
    [InlineData("database-drop", "", "{\"sql\":\"s\",\"type\":\"database-drop\"}")]
    public void A_definition_has_its_time_in_milliseconds(string type, string members, string detail)
    {
        var change = MaxwellRecord.Change($"{{\"type\":\"{type}\",\"database\":\"d\"{members},\"ts\":1477053126123,\"sql\":\"s\",\"position\":\"m.1:2\"}}");
        change.Facts.Operation.ShouldBe(ChangeOperation.Schema);
        Text(change.Facts.Detail).ShouldBe(detail);
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredAtDigits).ShouldBe((1_477_053_126_123_000, 3));
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void Values_survive_exactly()
    {
        var data = "{\"id\":9223372036854775807,\"n\":123456789012345678901234567890.50,\"z\":\"0000-00-00 00:00:00\",\"s\":[\"b\",\"a\"],\"j\":{\"b\":1.0,\"a\":[ 1 ]},"
            + "\"u\":\"x\\u0000y\",\"c\":\" a  \"}";
        var change = MaxwellRecord.Change(MaxwellRecord.Row("insert", data));
        Show(change, change.After).ShouldBe(
            "full c=\" a  \" id=9223372036854775807 j={\"a\":[1],\"b\":1.0} n=123456789012345678901234567890.50 s=[\"b\",\"a\"] "
            + "u={\"$bytes\":\"eAB5\"}!encoded z=\"0000-00-00 00:00:00\"");
        Show(change, change.Key).ShouldBe("full id=\"9223372036854775807\"");
    }

    [Fact]
    public void Columns_may_be_called_as_members_are()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row(
            "update", "{\"id\":1,\"data\":{\"data\":2},\"old\":\"x\",\"type\":\"delete\",\"a.b \\\"ü\":1}", ",\"old\":{\"type\":\"insert\"}"));
        Show(change, change.After).ShouldBe("full a.b \"ü=1 data={\"data\":2} id=1 old=\"x\" type=\"delete\"");
        DmsRecord.Changed(change).ShouldBe("all type");
    }

    [Theory]
    [InlineData("{\"type\":\"insert\",\"database\":\"d\",\"table\":\"t\",\"data\":{\"id\":1}}")]
    [InlineData("{\"type\":\"insert\",\"database\":\"d\",\"table\":\"t\",\"ts\":5,\"data\":\"x\"}")]
    [InlineData("{\"type\":1,\"database\":\"d\",\"table\":\"t\",\"ts\":5,\"data\":{}}")]
    public void A_row_with_columns_of_such_names_is_no_record_of_Maxwell(string row) =>
        MaxwellRecord.Rejection(row).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void A_flat_row_may_hold_what_looks_like_a_record_of_Maxwell()
    {
        var flat = new DecodeSettings { Sources = [new SourceSettings { Dialect = SourceDialect.Flat }] };
        Change(Record(MaxwellRecord.Row("insert")), flat).Facts.Table.Kind.ShouldBe("debezium");
    }

    [Fact]
    public void Bookkeeping_tables_are_left_out() =>
        Given.Decode(Record(MaxwellRecord.Row("insert")), Settings(bookkeeping: ["d.t"])).Skip.ShouldBe(SkipReason.SkippedTable);

    [Theory]
    [InlineData("\"insert\"", "\"replace\"", RejectionCode.UnknownOperation, "\"replace\"")]
    [InlineData("\"insert\"", "\"table-rename\"", RejectionCode.UnknownOperation, "\"table-rename\"")]
    [InlineData("1596684906", "\"soon\"", RejectionCode.InvalidMember, "\"soon\"")]
    [InlineData("1596684906", "1.5", RejectionCode.InvalidMember, "1.5")]
    [InlineData("1596684906", "253402300800", RejectionCode.TimeOutOfRange, "253402300800")]
    [InlineData("\"xoffset\":2", "\"xoffset\":-2", RejectionCode.InvalidMember, "-2")]
    [InlineData("\"xid\":7", "\"xid\":[7]", RejectionCode.InvalidMember, "[7]")]
    [InlineData("\"table\":\"t\"", "\"table\":5", RejectionCode.InvalidMember, "5,")]
    [InlineData("\"table\":\"t\"", "\"chair\":\"t\"", RejectionCode.MissingMember, "{")]
    [InlineData("\"database\":\"d\"", "\"database\":\"d\",\"database\":\"d\"", RejectionCode.InvalidMember, "{")]
    [InlineData("\"id\":1", "\"id\":1,\"id\":2", RejectionCode.InvalidMember, "{\"id\"")]
    [InlineData("\"data\":{", "\"encrypted\":{\"iv\":\"x\"},\"dat\":{", RejectionCode.MissingMember, "{")]
    public void What_is_malformed_is_refused_with_its_place(string from, string to, RejectionCode code, string at)
    {
        var value = MaxwellRecord.Row("insert").Replace(from, to, StringComparison.Ordinal);
        var rejection = MaxwellRecord.Rejection(value);
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(value.IndexOf(at, StringComparison.Ordinal));
        rejection.Message.ShouldNotContain("soon");
    }

    [Fact]
    public void Old_values_that_are_none_are_refused()
    {
        var value = MaxwellRecord.Row("update", rest: ",\"old\":[1]");
        MaxwellRecord.Rejection(value).ByteOffset.ShouldBe(value.IndexOf("[1]", StringComparison.Ordinal));
    }
}
