using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class DebeziumDialectTests
{
    [Theory]
    [InlineData("c", "false", ChangeOperation.Insert, "")]
    [InlineData("c", "last", ChangeOperation.Snapshot, "last")]
    [InlineData("r", "first", ChangeOperation.Snapshot, "first")]
    [InlineData("r", "false", ChangeOperation.Snapshot, "")]
    [InlineData("r", "incremental", ChangeOperation.Snapshot, "incremental")]
    [InlineData("u", "true", ChangeOperation.Update, "")]
    [InlineData("d", "true", ChangeOperation.Delete, "")]
    [InlineData("t", "true", ChangeOperation.Truncate, "")]
    public void The_operation_decides_and_a_snapshot_is_no_insert(string op, string snapshot, ChangeOperation operation, string kind)
    {
        var change = Given.Change(Given.Record(Given.Envelope(op, source: Given.Source(snapshot: snapshot))));
        change.Facts.Operation.ShouldBe(operation);
        Given.Text(change.Facts.Snapshot).ShouldBe(kind);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("cc")]
    public void An_unknown_operation_is_refused(string op) =>
        Given.Rejection(Given.Record(Given.Envelope(op))).Code.ShouldBe(RejectionCode.UnknownOperation);

    [Fact]
    public void A_member_that_is_there_twice_is_refused()
    {
        Given.Rejection(Given.Record(Given.Envelope("c", after: "{\"id\":1}", rest: ",\"op\":\"d\""))).Code.ShouldBe(RejectionCode.InvalidMember);
        var source = Given.Source(more: ",\"lsn\":5");
        Given.Rejection(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: source))).Code.ShouldBe(RejectionCode.InvalidMember);
    }

    [Fact]
    public void Images_may_be_left_out_and_unknown_members_are_ignored()
    {
        var source = Given.Source(more: ",\"added\":{\"x\":[1]}");
        var change = Given.Change(Given.Record($"{{\"op\":\"t\",\"added\":[{{}}],\"source\":{source},\"ts_ms\":5}}"));
        change.Facts.Operation.ShouldBe(ChangeOperation.Truncate);
        change.Before.IsPresent.ShouldBeFalse();
        change.After.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_row_may_have_columns_named_like_members_of_the_envelope()
    {
        var row = "{\"op\":\"x\",\"source\":{\"op\":\"d\"},\"payload\":1,\"schema\":2,\"before\":3,\"ts_ms\":4}";
        var change = Given.Change(Given.Record(Given.Envelope("c", after: row)));
        Given.Show(change, change.After).ShouldBe("full before=3 op=\"x\" payload=1 schema=2 source={\"op\":\"d\"} ts_ms=4");
        Given.Rejection(Given.Record("{\"op\":\"c\",\"source\":\"web\",\"id\":1}")).Code.ShouldBe(RejectionCode.UnknownShape);
    }

    [Fact]
    public void What_connectors_send_beside_changes_is_skipped_by_name()
    {
        Given.Decode(Given.Record("{\"ts_ms\":1704355839905}")).Skip.ShouldBe(SkipReason.Heartbeat);
        Given.Decode(Given.Record("{\"id\":\"a\",\"aggregate_type\":\"Initial Snapshot\",\"type\":\"STARTED\",\"timestamp\":\"1\"}")).Skip
            .ShouldBe(SkipReason.Notification);
        Given.Decode(Given.Record("{\"status\":\"BEGIN\",\"id\":\"571:53195829\",\"event_count\":null,\"data_collections\":null}")).Skip
            .ShouldBe(SkipReason.TransactionBegin);
        Given.Rejection(Given.Record("{\"status\":\"END\",\"id\":\"7\",\"name\":\"a flat row\"}")).Code.ShouldBe(RejectionCode.UnknownShape);
        Given.Rejection(Given.Record("{\"id\":\"7\",\"aggregate_type\":\"Order\",\"aggregate_id\":\"5\",\"type\":\"Placed\"}")).Code
            .ShouldBe(RejectionCode.UnknownShape);
    }

    [Fact]
    public void A_source_without_a_name_has_the_topics_whatever_came_before()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        var source = Given.Source().Replace("\"name\":\"p\",", "", StringComparison.Ordinal);
        foreach (var topic in (string[])["a.t", "b.t", "a.t"])
        {
            var record = Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: source)) with { Topic = topic };
            decoder.Decode(record).Changes.ShouldHaveSingleItem().Facts.Table.Source.ShouldBe(topic);
        }
    }

    [Fact]
    public void Rows_of_skipped_tables_are_left_out()
    {
        var record = Given.Record(Given.Envelope("c", after: "{\"id\":1}"));
        Given.Decode(record, Given.Settings(bookkeeping: ["s.t"])).Skip.ShouldBe(SkipReason.SkippedTable);
        Given.Decode(record, Given.Settings(bookkeeping: ["s.other"])).Skip.ShouldBe(SkipReason.None);
        var status = Given.Source().Replace("\"table\":\"t\"", "\"table\":\"awsdms_status\"", StringComparison.Ordinal);
        Given.Decode(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: status))).Skip.ShouldBe(SkipReason.Bookkeeping);
    }

    [Fact]
    public void A_row_change_without_a_table_is_refused()
    {
        var source = Given.Source().Replace("\"table\":\"t\"", "\"table\":\"\"", StringComparison.Ordinal);
        Given.Rejection(Given.Record(Given.Envelope("u", after: "{\"id\":1}", source: source))).Code.ShouldBe(RejectionCode.MissingMember);
    }

    [Fact]
    public void Depth_outside_of_values_is_limited()
    {
        var deep = new string('[', 100) + new string(']', 100);
        Given.Rejection(Given.Record(Given.Envelope("c", after: "{\"id\":1}", rest: $",\"added\":{deep}"))).Code.ShouldBe(RejectionCode.TooDeep);
        var source = Given.Source(more: $",\"added\":{deep}");
        Given.Rejection(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: source))).Code.ShouldBe(RejectionCode.TooDeep);
    }

    [Fact]
    public void The_table_comes_from_the_record_and_its_settings_from_configuration()
    {
        var settings = new DecodeSettings
        {
            Sources =
            [
                new SourceSettings { TopicPattern = "other\\..*", Name = "wrong" },
                new SourceSettings
                {
                    TopicPattern = "p\\..*", Name = "shop", Incarnation = 3, ReplicaIdentity = ReplicaIdentity.Key,
                    Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { ReplicaIdentity = ReplicaIdentity.Full } },
                },
            ],
        };
        var table = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}")), settings).Facts.Table;
        (table.Kind, table.Engine, table.Source, table.Incarnation).ShouldBe(("debezium", "postgresql", "shop", 3));
        (table.Database, table.Schema, table.Table, table.ReplicaIdentity).ShouldBe(("d", "s", "t", ReplicaIdentity.Full));
        var unnamed = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}"))).Facts.Table;
        (unnamed.Source, unnamed.Incarnation, unnamed.ReplicaIdentity).ShouldBe(("p", 1, ReplicaIdentity.Auto));
    }

    [Fact]
    public void A_table_is_one_object_from_record_to_record()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        var record = Given.Record(Given.Envelope("c", after: "{\"id\":1}"));
        var other = Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: Given.Source(connector: "yugabytedb")));
        var first = decoder.Decode(record).Changes[0].Facts.Table;
        var second = decoder.Decode(other).Changes[0].Facts.Table;
        decoder.Decode(record).Changes[0].Facts.Table.ShouldBeSameAs(first);
        second.ShouldNotBeSameAs(first);
    }
}
