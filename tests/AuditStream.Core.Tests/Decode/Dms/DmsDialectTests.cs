using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Dms;

public sealed class DmsDialectTests
{
    private const string Row = "{\"id\":1,\"name\":\"a\"}";

    [Theory]
    [InlineData("load", ChangeOperation.Snapshot)]
    [InlineData("insert", ChangeOperation.Insert)]
    [InlineData("update", ChangeOperation.Update)]
    [InlineData("delete", ChangeOperation.Delete)]
    public void Each_operation_has_its_own(string operation, ChangeOperation expected)
    {
        var change = DmsRecord.Change(DmsRecord.Data(operation, Row));
        change.Facts.Operation.ShouldBe(expected);
        change.Facts.Table.Kind.ShouldBe("dms");
        change.Facts.Table.Engine.ShouldBeNull();
        change.Facts.Table.Source.ShouldBe("shop");
        change.Facts.Table.Schema.ShouldBe("s");
        change.Facts.Table.Table.ShouldBe("t");
        Text(change.Facts.Snapshot).ShouldBe(operation == "load" ? "load" : "");
    }

    [Fact]
    public void The_data_of_a_delete_is_the_old_row()
    {
        var change = DmsRecord.Change(DmsRecord.Data("delete", Row));
        Show(change, change.Before).ShouldBe("partial id=1 name=\"a\"");
        change.After.IsPresent.ShouldBeFalse();
        DmsRecord.Changed(change).ShouldBe("atleast id name");
        Text(change.DeliveredBefore).ShouldBe(Row);
        change.DeliveredAfter.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_load_changes_nothing()
    {
        var change = DmsRecord.Change(DmsRecord.Data("load", Row), DmsRecord.Settings(nulls: true));
        Show(change, change.After).ShouldBe("full id=1 name=\"a\"");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void Members_stand_in_any_order_and_unknown_ones_are_passed_over()
    {
        var change = DmsRecord.Change(DmsRecord.Value(
            "{\"later\":{\"a\":[1]},\"metadata\":{\"table-name\":\"t\",\"new-in-4\":{\"x\":1},\"operation\":\"insert\",\"record-type\":\"data\","
            + "\"schema-name\":\"s\",\"timestamp\":\"2025-06-15T10:00:01Z\"},\"data\":{\"id\":1}}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Insert);
        Show(change, change.Key).ShouldBe("full id=\"1\"");
    }

    [Fact]
    public void A_pretty_printed_record_is_one_record()
    {
        var change = DmsRecord.Change(DmsRecord.Value(
            "{\n\t\"data\":\t{\n\t\t\"id\":\t1,\n\t\t\"name\":\t\"a\\nb\"\n\t},\n\t\"metadata\":\t{\n\t\t\"timestamp\":\t\"2025-06-15T10:00:01.5Z\",\n"
            + "\t\t\"record-type\":\t\"data\",\n\t\t\"operation\":\t\"insert\",\n\t\t\"schema-name\":\t\"s\",\n\t\t\"table-name\":\t\"t\"\n\t}\n}\n"));
        Show(change, change.After).ShouldBe("partial id=1 name=\"a\\nb\"");
    }

    [Fact]
    public void Without_a_record_type_operation_and_schema_tell_the_record()
    {
        var data = "{\"data\":{\"id\":1},\"metadata\":{\"operation\":\"insert\",\"schema-name\":\"s\",\"table-name\":\"t\"}}";
        DmsRecord.Change(DmsRecord.Value(data)).Facts.Operation.ShouldBe(ChangeOperation.Insert);
        var control = "{\"control\":{},\"metadata\":{\"operation\":\"drop-table\",\"schema-name\":\"s\",\"table-name\":\"t\"}}";
        DmsRecord.Change(DmsRecord.Value(control)).Facts.Operation.ShouldBe(ChangeOperation.Schema);
    }

    [Theory]
    [InlineData("{\"id\":1,\"metadata\":\"red\",\"data\":\"x\"}")]
    [InlineData("{\"id\":1,\"metadata\":{\"operation\":\"sale\"}}")]
    [InlineData("{\"metadata\":{\"schema-name\":\"s\"},\"data\":{\"id\":1}}")]
    [InlineData("{\"metadata\":{},\"data\":{\"id\":1}}")]
    public void A_row_with_columns_of_such_names_is_no_record_of_DMS(string row) =>
        DmsRecord.Rejection(row).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void A_flat_row_may_hold_what_looks_like_a_record_of_DMS()
    {
        var flat = new DecodeSettings
        {
            Sources = [new SourceSettings { Dialect = SourceDialect.Flat, TopicPattern = "(?<schema>.*)-default-(?<table>.*)" }],
        };
        var change = DmsRecord.Change(DmsRecord.Data("insert", Row) with { Key = null }, flat);
        change.Facts.Table.Kind.ShouldBe("debezium");
        change.After.Layout.Names.ShouldBe(["data", "metadata"]);
    }

    [Fact]
    public void Columns_may_be_called_as_members_are()
    {
        var change = DmsRecord.Change(DmsRecord.Data(
            "update", "{\"id\":1,\"metadata\":\"m\",\"control\":\"c\",\"data\":\"d\",\"before-image\":\"b\",\"operation\":\"delete\"}",
            ",\"before-image\":{\"id\":1,\"metadata\":\"n\",\"control\":\"c\",\"data\":\"d\",\"before-image\":\"b\"}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Update);
        Show(change, change.After).ShouldBe(
            "partial before-image=\"b\" control=\"c\" data=\"d\" id=1 metadata=\"m\" operation=\"delete\"");
        DmsRecord.Changed(change).ShouldBe("atleast metadata");
    }

    [Fact]
    public void An_envelope_of_Debezium_is_its_own_whatever_its_rows_are_called()
    {
        var row = "{\"metadata\":{\"record-type\":\"data\"},\"data\":{}}";
        var change = Change(Record(Envelope("c", after: row)));
        change.Facts.Table.Kind.ShouldBe("debezium");
    }

    [Theory]
    [InlineData("schema-table", "s.t")]
    [InlineData("primary-key", "s.t.99")]
    [InlineData("task-id", "99")]
    [InlineData("transaction-id", "99")]
    [InlineData("constant", "99")]
    [InlineData("attribute-name", "{\"id\":99}")]
    [InlineData("what-comes-next", "99")]
    public void The_records_key_is_never_the_rows(string type, string key)
    {
        var value = $"{{\"data\":{Row},\"metadata\":{DmsRecord.Metadata("insert", ",\"partition-key-value\":\"99\"")}}}"
            .Replace("schema-table", type, StringComparison.Ordinal);
        var change = DmsRecord.Change(DmsRecord.Value(value) with { Key = Encoding.UTF8.GetBytes(key) });
        Show(change, change.Key).ShouldBe("full id=\"1\"");
    }

    [Fact]
    public void Without_a_configured_key_there_is_none()
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", Row), new DecodeSettings());
        change.Key.IsPresent.ShouldBeFalse();
        change.Facts.Table.Source.ShouldBe("kafka-default-topic");
    }

    [Fact]
    public void A_control_record_does_not_teach_a_key()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        decoder.Decode(DmsRecord.Value(Control("create-table", "{\"table-def\":{\"primary-key\":[\"id\"]}}"))).Rejection.ShouldBeNull();
        var change = decoder.Decode(DmsRecord.Data("insert", Row)).Changes.ShouldHaveSingleItem();
        change.Key.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("create-table", "{\"table-def\":{\"primary-key\":[\"id\"],\"columns\":{\"id\":{\"type\":\"INT32\",\"nullable\":false}}}}",
        "{\"control\":{\"table-def\":{\"columns\":{\"id\":{\"nullable\":false,\"type\":\"INT32\"}},\"primary-key\":[\"id\"]}},\"instruction\":\"create-table\"}")]
    [InlineData("create-table", null, "{\"instruction\":\"create-table\"}")]
    [InlineData("drop-table", "{}", "{\"control\":{},\"instruction\":\"drop-table\"}")]
    [InlineData("rename-table", "{\"x\":1.50}", "{\"control\":{\"x\":1.50},\"instruction\":\"rename-table\"}")]
    [InlineData("change-columns", null, "{\"instruction\":\"change-columns\"}")]
    [InlineData("add-column", null, "{\"instruction\":\"add-column\"}")]
    [InlineData("drop-column", null, "{\"instruction\":\"drop-column\"}")]
    [InlineData("rename-column", null, "{\"instruction\":\"rename-column\"}")]
    [InlineData("column-type-change", null, "{\"instruction\":\"column-type-change\"}")]
    [InlineData("of-a-later-version", null, "{\"instruction\":\"of-a-later-version\"}")]
    public void A_control_record_is_an_instruction_to_the_target(string operation, string? control, string expected)
    {
        var change = DmsRecord.Change(DmsRecord.Value(Control(operation, control)));
        change.Facts.Operation.ShouldBe(ChangeOperation.Schema);
        Text(change.Facts.Detail).ShouldBe(expected);
        Text(change.DeliveredAfter).ShouldBe(expected);
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Capture);
    }

    [Fact]
    public void A_control_record_may_name_no_table()
    {
        var change = DmsRecord.Change(DmsRecord.Value(Control("create-table", "{}", schema: "", table: "")));
        change.Facts.Table.Schema.ShouldBeNull();
        change.Facts.Table.Table.ShouldBeNull();
    }

    [Theory]
    [InlineData("awsdms_apply_exceptions", "")]
    [InlineData("awsdms_status", "public")]
    public void Control_tables_of_DMS_are_bookkeeping(string table, string schema)
    {
        DmsRecord.Decode(DmsRecord.Value(Control("create-table", "{}", schema, table))).Skip.ShouldBe(SkipReason.Bookkeeping);
        var data = $"{{\"data\":{{\"a\":1}},\"metadata\":{DmsRecord.Metadata("insert")}}}"
            .Replace("\"t\"", $"\"{table}\"", StringComparison.Ordinal);
        DmsRecord.Decode(DmsRecord.Value(data)).Skip.ShouldBe(SkipReason.Bookkeeping);
    }

    [Theory]
    [InlineData("{\"data\":{},\"metadata\":{\"record-type\":\"dada\",\"operation\":\"insert\"}}", RejectionCode.InvalidMember, "neither data nor control", "\"dad")]
    [InlineData("{\"data\":{},\"metadata\":{\"record-type\":7,\"operation\":\"insert\"}}", RejectionCode.InvalidMember, "neither data nor control", "7")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"schema-name\":\"s\",\"table-name\":\"t\",\"operation\":\"truncate\"}}", RejectionCode.UnknownOperation, "none of load", "\"truncate\"")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"schema-name\":\"s\",\"table-name\":\"t\"}}", RejectionCode.UnknownOperation, "none of load", "{\"r")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"operation\":[1]}}", RejectionCode.InvalidMember, "operation of metadata is no string", "[1]")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"schema-name\":\"s\"}}", RejectionCode.MissingMember, "names no table", "{\"r")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"schema-name\":1,\"table-name\":\"t\"}}", RejectionCode.InvalidMember, "schema-name of metadata is no string", "1,\"table-name")]
    [InlineData("{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"table-name\":{}}}", RejectionCode.InvalidMember, "table-name of metadata is no string", "{}}}")]
    [InlineData("{\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"table-name\":\"t\"}}", RejectionCode.MissingMember, "no object data", "{")]
    [InlineData("{\"data\":\"x\",\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"table-name\":\"t\"}}", RejectionCode.MissingMember, "no object data", "\"x")]
    [InlineData("{\"data\":{},\"metadata\":{\"record-type\":\"data\",\"record-type\":\"data\"}}", RejectionCode.InvalidMember, "metadata is there twice", "{\"r")]
    [InlineData("{\"data\":{},\"data\":{},\"metadata\":{\"record-type\":\"data\"}}", RejectionCode.InvalidMember, "record is there twice", "{")]
    [InlineData("{\"control\":7,\"metadata\":{\"record-type\":\"control\",\"operation\":\"drop-table\"}}", RejectionCode.InvalidMember, "control is no object", "7")]
    [InlineData("{\"control\":{},\"metadata\":{\"record-type\":\"control\"}}", RejectionCode.UnknownOperation, "names no operation", "{\"r")]
    public void What_is_malformed_is_refused_with_its_place(string record, RejectionCode code, string message, string at)
    {
        var rejection = DmsRecord.Rejection(record);
        rejection.Code.ShouldBe(code);
        rejection.Message.ShouldContain(message);
        rejection.ByteOffset.ShouldBe(record.IndexOf(at, StringComparison.Ordinal));
    }

    [Fact]
    public void With_transaction_details_an_identity_is_strong_and_a_redelivery_is_recognised()
    {
        var first = Coordinate(DmsRecord.Data("insert", Row, more: DmsRecord.Details), out var strength);
        strength.ShouldBe(IdentityStrength.Strong);
        var again = DmsRecord.Data("insert", Row, more: DmsRecord.Details + ",\"prev-transaction-id\":5") with { Offset = 99, Partition = 0 };
        Coordinate(again, out _).ShouldBe(first);
        var other = DmsRecord.Details.Replace("record-id\":3", "record-id\":4", StringComparison.Ordinal);
        Coordinate(DmsRecord.Data("insert", Row, more: other), out _).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("insert", "", IdentityStrength.Weak)]
    [InlineData("insert", ",\"transaction-id\":7", IdentityStrength.Weak)]
    [InlineData("insert", ",\"transaction-record-id\":7", IdentityStrength.Weak)]
    [InlineData("insert", ",\"transaction-id\":7,\"transaction-record-id\":1", IdentityStrength.Medium)]
    [InlineData("delete", DmsRecord.Details, IdentityStrength.Strong)]
    [InlineData("update", DmsRecord.Details, IdentityStrength.Strong)]
    [InlineData("load", "", IdentityStrength.Medium)]
    [InlineData("load", DmsRecord.Details, IdentityStrength.Medium)]
    public void An_identity_is_as_strong_as_the_record_makes_it(string operation, string more, IdentityStrength expected)
    {
        var record = DmsRecord.Data(operation, Row, more: more);
        var coordinate = Coordinate(record, out var strength);
        strength.ShouldBe(expected);
        var moved = Coordinate(record with { Offset = 43 }, out _);
        (moved == coordinate).ShouldBe(expected != IdentityStrength.Weak);
    }

    [Fact]
    public void A_load_is_a_new_baseline_each_time_and_weak_without_a_key()
    {
        var record = DmsRecord.Data("load", Row);
        var later = Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span).Replace("01.5Z", "02.5Z", StringComparison.Ordinal);
        Coordinate(record, out _).ShouldNotBe(Coordinate(DmsRecord.Value(later), out _));
        DmsRecord.Change(record, DmsRecord.Settings(key: ["no"])).Facts.Identity.ShouldBe(IdentityStrength.Weak);
        var timeless = Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span).Replace("2025-06-15T10:00:01.5Z", "", StringComparison.Ordinal);
        var change = DmsRecord.Change(DmsRecord.Value(timeless));
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    private static string Coordinate(in RawRecord record, out IdentityStrength strength)
    {
        var change = DmsRecord.Change(record);
        strength = change.Facts.Identity;
        return Convert.ToHexString(change.Coordinate.Span);
    }

    private static string Control(string operation, string? control, string schema = "s", string table = "t") =>
        $"{{{(control is null ? "" : $"\"control\":{control},")}\"metadata\":{{\"operation\":\"{operation}\",\"partition-key-type\":\"task-id\","
        + $"\"partition-key-value\":\"task\",\"record-type\":\"control\",\"schema-name\":\"{schema}\",\"table-name\":\"{table}\","
        + "\"timestamp\":\"2024-07-29T00:30:47.266581Z\"}}";
}
