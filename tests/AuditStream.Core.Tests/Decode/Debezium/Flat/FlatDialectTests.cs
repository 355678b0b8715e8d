using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium.Flat;

public sealed class FlatDialectTests
{
    private const string Key = "{\"id\":1}";
    private const string Added = "\"__table\":\"t\",\"__db\":\"d\",\"__schema\":\"s\",\"__name\":\"p\",\"__source_ts_ms\":1700000000001,\"__lsn\":1234";

    [Theory]
    [InlineData("\"__op\":\"c\"", ChangeOperation.Insert)]
    [InlineData("\"__op\":\"u\"", ChangeOperation.Update)]
    [InlineData("\"__op\":\"r\"", ChangeOperation.Snapshot)]
    [InlineData("\"__op\":\"c\",\"__source_snapshot\":\"last\"", ChangeOperation.Snapshot)]
    [InlineData("\"__op\":\"d\",\"__deleted\":\"true\"", ChangeOperation.Delete)]
    [InlineData("\"__op\":\"u\",\"__deleted\":\"false\"", ChangeOperation.Update)]
    [InlineData("\"__deleted\":\"true\"", ChangeOperation.Delete)]
    [InlineData("\"__deleted\":true", ChangeOperation.Delete)]
    [InlineData("\"__deleted\":\"false\"", ChangeOperation.Upsert)]
    [InlineData("\"__deleted\":false", ChangeOperation.Upsert)]
    [InlineData("\"__op\":null", ChangeOperation.Upsert)]
    [InlineData("\"__table\":\"t\"", ChangeOperation.Upsert)]
    [InlineData("\"__lsn\":5,\"__snapshot\":\"true\"", ChangeOperation.Snapshot)]
    [InlineData("\"__source_ts_ms\":5,\"__snapshot\":\"false\"", ChangeOperation.Upsert)]
    public void The_added_operation_decides_then_the_mark_of_deletes_else_it_is_an_upsert(string added, ChangeOperation operation)
    {
        var change = Given.Change(Given.Record($"{{\"id\":1,\"v\":\"x\",{added}}}", Key));
        change.Facts.Operation.ShouldBe(operation);
        var isDelete = operation == ChangeOperation.Delete;
        Given.Show(change, change.After).ShouldBe(isDelete ? "none" : "full id=1 v=\"x\"");
        Given.Show(change, change.Before).ShouldBe(isDelete ? "key id=1" : "none");
    }

    [Theory]
    [InlineData("\"operation\":\"delete\",\"old\":null,\"new\":null,\"table_name\":\"orders\"")]
    [InlineData("\"change\":[]")]
    [InlineData("\"action\":\"M\",\"prefix\":\"a\",\"content\":\"b\"")]
    [InlineData("\"type\":\"UPDATE\",\"record\":null,\"old_record\":null,\"table\":\"x\"")]
    [InlineData("\"type\":\"insert\",\"database\":\"d\",\"ts\":1,\"encrypted\":true")]
    [InlineData("\"type\":\"INSERT\",\"isDdl\":false")]
    [InlineData("\"op_type\":\"I\",\"op_ts\":\"x\",\"pos\":1,\"table\":\"x\"")]
    public void Whatever_its_columns_are_called_a_row_with_something_added_is_a_flat_row(string columns)
    {
        var change = Given.Change(Given.Record($"{{\"id\":1,{columns},\"__op\":\"c\",\"__table\":\"audit_log\"}}", Key));
        (change.Facts.Operation, change.Facts.Table.Kind, change.Facts.Table.Table).ShouldBe((ChangeOperation.Insert, "debezium", "audit_log"));
        change.After.Extent.ShouldBe(ImageExtent.Full);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("m")]
    [InlineData("cc")]
    public void An_unknown_operation_is_refused(string op) =>
        Given.Rejection(Given.Record($"{{\"id\":1,\"__op\":\"{op}\"}}", Key)).Code.ShouldBe(RejectionCode.UnknownOperation);

    [Fact]
    public void What_was_added_tells_place_time_and_transaction()
    {
        var change = Given.Change(Given.Record($"{{\"id\":1,\"__op\":\"u\",{Added},\"__txId\":77,\"__transaction_total_order\":4}}", Key));
        var facts = change.Facts;
        var table = facts.Table;
        (table.Kind, table.Engine, table.Source, table.Database, table.Schema, table.Table).ShouldBe(("debezium", null, "p", "d", "s", "t"));
        table.TableFrom.ShouldBe(NameOrigin.Record);
        (Given.Text(facts.Position), Given.Text(facts.TransactionId), facts.TransactionOrder).ShouldBe(("1234", "77", 4));
        (facts.OccurredAtMicroseconds, facts.OccurredAtDigits, facts.OccurredFrom).ShouldBe((1_700_000_000_001_000, 3, OccurredFrom.Commit));
        CoordinateReaderTests.Show(change).ShouldBe("N:p I:1 D:d S:s T:t O:u P:1234 X:77 K:{\"id\":\"1\"}");
        facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void Time_of_capture_is_marked_and_without_any_time_the_records_own_is_taken()
    {
        var change = Given.Change(Given.Record("{\"id\":1,\"__op\":\"u\",\"__lsn\":5,\"__ts_ms\":1700000000777}", Key));
        (change.Facts.OccurredFrom, change.Facts.OccurredAtMicroseconds).ShouldBe((OccurredFrom.Capture, 1_700_000_000_777_000));
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        Given.Change(Given.Record("{\"id\":1,\"__op\":\"u\",\"__lsn\":5}", Key)).Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        var snapshot = Given.Change(Given.Record($"{{\"id\":1,\"__op\":\"r\",{Added}}}", Key));
        (snapshot.Facts.OccurredFrom, snapshot.Facts.Identity).ShouldBe((OccurredFrom.Capture, IdentityStrength.Medium));
    }

    [Theory]
    [InlineData("\"__lsn\":5", Key, IdentityStrength.Strong)]
    [InlineData("\"__lsn\":5", null, IdentityStrength.Weak)]
    [InlineData("\"__txId\":5", Key, IdentityStrength.Weak)]
    [InlineData("\"__file\":\"f\",\"__pos\":5,\"__row\":0", null, IdentityStrength.Strong)]
    [InlineData("\"__file\":\"f\",\"__pos\":5", Key, IdentityStrength.Strong)]
    [InlineData("\"__file\":\"f\",\"__pos\":5", null, IdentityStrength.Weak)]
    [InlineData("\"__gtid\":\"u:5\"", Key, IdentityStrength.Weak)]
    [InlineData("\"__gtid\":\"u:5\",\"__pos\":5", Key, IdentityStrength.Weak)]
    [InlineData("\"__gtid\":\"u:5\",\"__pos\":5,\"__row\":0", Key, IdentityStrength.Weak)]
    [InlineData("\"__connector\":\"mongodb\"", Key, IdentityStrength.Weak)]
    [InlineData("\"__connector\":\"mongodb\",\"__source_ord\":3", Key, IdentityStrength.Strong)]
    [InlineData("\"__commit_lsn\":\"a:b\",\"__change_lsn\":\"a:c\"", null, IdentityStrength.Strong)]
    [InlineData("\"__commit_lsn\":\"a:b\"", Key, IdentityStrength.Weak)]
    [InlineData("\"__connector\":\"oracle\",\"__commit_scn\":\"5\"", Key, IdentityStrength.Weak)]
    [InlineData("\"__scn\":\"5\"", Key, IdentityStrength.Medium)]
    public void Identity_is_strong_only_where_the_place_is_that_of_one_change(string place, string? key, IdentityStrength strength)
    {
        var change = Given.Change(Given.Record($"{{\"id\":1,\"__op\":\"u\",\"__source_ts_ms\":1700000000001,{place}}}", key));
        change.Facts.Identity.ShouldBe(strength);
    }

    [Fact]
    public void Headers_tell_as_well_as_members_in_each_form_that_converters_write()
    {
        var change = Given.Change(Given.Record(
            "{\"id\":1,\"v\":2}", Key, ("__op", "d"), ("__db", "\"d\""), ("__table", "{\"schema\":{\"type\":\"string\"},\"payload\":\"t\"}"),
            ("__lsn", "1234"), ("__schema", "s"), ("__source_ts_ms", "1700000000001"), ("__debezium.context.taskId", "0")));
        change.Facts.Operation.ShouldBe(ChangeOperation.Delete);
        (change.Facts.Table.Database, change.Facts.Table.Schema, change.Facts.Table.Table).ShouldBe(("d", "s", "t"));
        (Given.Text(change.Facts.Position), change.Facts.OccurredFrom).ShouldBe(("1234", OccurredFrom.Commit));
        Given.Show(change, change.Before).ShouldBe("key id=1");
        Given.Rejection(Given.Record("{\"id\":1}", Key, ("__debezium.context.taskId", "0"), ("op", "d"))).Code.ShouldBe(RejectionCode.UnknownShape);
    }

    [Fact]
    public void Only_what_the_transform_adds_is_taken_out_of_the_row()
    {
        var row = "{\"id\":1,\"__v\":2,\"_op\":3,\"__operator\":4,\"op\":5,\"status\":\"END\",\"__id\":6,\"__source\":7,\"__op\":\"c\",\"__query\":\"SELECT\"}";
        var change = Given.Change(Given.Record(row, Key));
        Given.Show(change, change.After).ShouldBe("full __id=6 __operator=4 __source=7 __v=2 _op=3 id=1 op=5 status=\"END\"");
        Given.Text(change.DeliveredAfter).ShouldBe("{\"id\":1,\"__v\":2,\"_op\":3,\"__operator\":4,\"op\":5,\"status\":\"END\",\"__id\":6,\"__source\":7}");
    }

    [Fact]
    public void The_facts_do_not_hold_what_was_added()
    {
        var one = Given.Change(Given.Record("{\"id\":1,\"__op\":\"c\",\"__ts_ms\":1700000000001}", Key));
        var delivered = Given.Text(one.DeliveredAfter);
        Given.Text(Given.Change(Given.Record("{\"id\":1,\"__op\":\"c\",\"__ts_ms\":1700000000999}", Key)).DeliveredAfter).ShouldBe(delivered);
        delivered.ShouldBe("{\"id\":1}");
    }

    [Fact]
    public void Another_prefix_is_a_setting()
    {
        var settings = Settings(source => source with { AddedPrefix = "_dbz_" });
        var change = Given.Change(Given.Record("{\"id\":1,\"__op\":\"column\",\"_dbz_op\":\"u\"}", Key), settings);
        change.Facts.Operation.ShouldBe(ChangeOperation.Update);
        Given.Show(change, change.After).ShouldBe("full __op=\"column\" id=1");
        Given.Rejection(Given.Record("{\"id\":1,\"__op\":\"u\"}", Key), settings).Code.ShouldBe(RejectionCode.UnknownShape);
    }

    [Fact]
    public void Rows_without_anything_added_are_told_by_configuration_only()
    {
        Given.Rejection(Given.Record("{\"id\":1}", Key)).Code.ShouldBe(RejectionCode.UnknownShape);
        var settings = Settings(source => source with { Dialect = SourceDialect.Flat });
        var change = Given.Change(Given.Record("{\"id\":1,\"status\":\"END\"}", Key), settings);
        (change.Facts.Operation, change.Facts.Identity, change.Facts.OccurredFrom)
            .ShouldBe((ChangeOperation.Upsert, IdentityStrength.Weak, OccurredFrom.Record));
        Given.Change(Given.Record("{\"id\":\"a\",\"aggregate_type\":\"Order\",\"type\":\"Placed\"}", Key), settings).Facts.Operation
            .ShouldBe(ChangeOperation.Upsert);
        Given.Change(Given.Record("{\"id\":1,\"data\":{\"id\":2},\"metadata\":{\"record-type\":\"data\"}}", Key), settings).Facts.Operation
            .ShouldBe(ChangeOperation.Upsert);
        Given.Decode(Given.Record("{\"ts_ms\":1704355839905}"), settings).Skip.ShouldBe(SkipReason.Heartbeat);
        Given.Rejection(Given.Record("[1]", Key), settings).Code.ShouldBe(RejectionCode.WrongDialect);
    }

    [Theory]
    [InlineData("\"source\":{\"a\":1},\"op\":\"c\"")]
    [InlineData("\"source\":{\"name\":\"x\",\"table\":\"y\"},\"op\":\"d\"")]
    [InlineData("\"source\":{\"a\":1},\"ddl\":\"drop table t\"")]
    [InlineData("\"status\":\"BEGIN\",\"data_collections\":null,\"v\":1")]
    [InlineData("\"status\":\"END\",\"event_count\":3,\"data_collections\":[]")]
    public void In_a_source_of_flat_rows_columns_make_no_envelope_and_no_marker(string columns)
    {
        var settings = Settings(source => source with { Dialect = SourceDialect.Flat });
        var change = Given.Change(Given.Record($"{{\"id\":\"1\",{columns}}}", "{\"id\":\"1\"}"), settings);
        (change.Facts.Operation, change.Facts.Table.Table).ShouldBe((ChangeOperation.Upsert, "t"));
    }

    [Fact]
    public void A_marker_in_a_source_of_flat_rows_is_one() =>
        Given.Decode(
            Given.Record("{\"status\":\"BEGIN\",\"id\":\"5:6\",\"ts_ms\":1,\"event_count\":null,\"data_collections\":null}"),
            Settings(source => source with { Dialect = SourceDialect.Flat })).Skip.ShouldBe(SkipReason.TransactionBegin);

    [Fact]
    public void A_logical_message_passes_the_transform_with_its_envelope()
    {
        var message = Given.Envelope("m", rest: ",\"message\":{\"prefix\":\"x\",\"content\":\"YQ==\"}");
        Given.Change(Given.Record(message), Settings(source => source with { Dialect = SourceDialect.Flat })).Facts.Operation.ShouldBe(ChangeOperation.Message);
    }

    [Fact]
    public void A_null_value_is_a_tombstone_unless_it_is_all_that_is_left_of_a_delete()
    {
        Given.Decode(Given.Record(value: null, Key)).Skip.ShouldBe(SkipReason.Tombstone);
        var deletes = Settings(source => source with { Tombstones = TombstoneMeaning.Delete });
        foreach (var (record, settings) in new[]
        {
            (Given.Record(value: null, Key), deletes),
            (Given.Record("{\"schema\":null,\"payload\":null}", Key), deletes),
            (Given.Record(value: null, Key), Settings(source => source with { Dialect = SourceDialect.Flat })),
            (Given.Record(value: null, Key, ("__op", "d")), new DecodeSettings()),
        })
        {
            var change = Given.Change(record, settings);
            (change.Facts.Operation, change.Facts.Table.Table).ShouldBe((ChangeOperation.Delete, "t"));
            Given.Show(change, change.Key).ShouldBe("full id=\"1\"");
            (change.Before.IsPresent, change.After.IsPresent).ShouldBe((false, false));
        }

        var noise = Settings(source => source with { Dialect = SourceDialect.Flat, Tombstones = TombstoneMeaning.Noise });
        Given.Decode(Given.Record(value: null, Key), noise).Skip.ShouldBe(SkipReason.Tombstone);
    }

    [Fact]
    public void A_delete_of_a_row_without_key_is_one_all_the_same()
    {
        var change = Given.Change(Given.Record(value: null), Settings(source => source with { Tombstones = TombstoneMeaning.Delete }));
        (change.Facts.Operation, change.Key.IsPresent, change.Facts.Identity).ShouldBe((ChangeOperation.Delete, false, IdentityStrength.Weak));
    }

    [Fact]
    public void The_halves_of_a_key_change_are_linked_by_headers()
    {
        var delete = Given.Change(Given.Record($"{{\"id\":1,\"v\":\"\",\"__op\":\"d\",{Added}}}", Key, ("__debezium.newkey", "{\"id\":2}")));
        Given.Show(delete, delete.NextKey).ShouldBe("full id=\"2\"");
        Given.Show(delete, delete.Before).ShouldBe("key id=1");
        foreach (var op in new[] { "\"__op\":\"c\",", "" })
        {
            var row = $"{{\"id\":2,\"v\":\"__debezium_unavailable_value\",{op}{Added}}}";
            var insert = Given.Change(Given.Record(row, "{\"id\":2}", ("__debezium.oldkey", "{\"id\":1}")));
            Given.Show(insert, insert.PreviousKey).ShouldBe("full id=\"1\"");
            Given.Show(insert, insert.After).ShouldBe("partial id=2 v=unavailable");
        }
    }

    [Fact]
    public void A_deleted_row_holds_fillers_unless_the_source_sends_whole_rows()
    {
        var record = Given.Record("{\"id\":1,\"v\":\"\",\"n\":0,\"__deleted\":\"true\",\"__schema\":\"s\",\"__table\":\"t\"}", Key);
        var change = Given.Change(record);
        Given.Show(change, change.Before).ShouldBe("key id=1");
        change = Given.Change(record, Given.Settings(ReplicaIdentity.Full));
        Given.Show(change, change.Before).ShouldBe("full id=1 n=0 v=\"\"");
    }

    [Fact]
    public void A_schema_types_the_row()
    {
        const string Fields = "{\"type\":\"int64\",\"optional\":false,\"field\":\"id\"},{\"type\":\"int32\",\"optional\":true,"
            + "\"name\":\"io.debezium.time.Date\",\"field\":\"day\"},{\"type\":\"string\",\"optional\":true,\"field\":\"__op\"}";
        var record = $"{{\"schema\":{{\"type\":\"struct\",\"fields\":[{Fields}]}},\"payload\":{{\"id\":1,\"day\":20000,\"__op\":\"u\"}}}}";
        var change = Given.Change(Given.Record(record, Key));
        Given.Show(change, change.After).ShouldBe("full day=\"2024-10-04\" id=\"1\"");
    }

    [Fact]
    public void Rows_of_bookkeeping_tables_are_skipped()
    {
        var settings = Settings(source => source with { Schema = "s", SkippedTables = ["s.t"], Dialect = SourceDialect.Flat });
        Given.Decode(Given.Record("{\"id\":1,\"__op\":\"c\",\"__table\":\"t\"}", Key), settings).Skip.ShouldBe(SkipReason.SkippedTable);
        Given.Decode(Given.Record(value: null, Key), settings).Skip.ShouldBe(SkipReason.SkippedTable);
    }

    [Theory]
    [InlineData("\"id\":2,\"__op\":\"c\"")]
    [InlineData("\"__op\":\"c\",\"__op\":\"d\"")]
    [InlineData("\"__op\":\"c\",\"__ts_ms\":1,\"__ts_ms\":2")]
    public void A_column_or_an_operation_or_a_time_that_is_there_twice_is_refused(string more) =>
        Given.Rejection(Given.Record($"{{\"id\":1,{more}}}", Key)).Code.ShouldBe(RejectionCode.InvalidMember);

    [Fact]
    public void A_header_may_repeat_what_a_member_says() =>
        Given.Change(Given.Record("{\"id\":1,\"__op\":\"u\"}", Key, ("__op", "d"))).Facts.Operation.ShouldBe(ChangeOperation.Update);

    private static DecodeSettings Settings(Func<SourceSettings, SourceSettings> change) => new() { Sources = [change(new SourceSettings())] };
}
