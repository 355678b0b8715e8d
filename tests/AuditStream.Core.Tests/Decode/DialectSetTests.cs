using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

public sealed class DialectSetTests
{
    private const string Key = "{\"id\":1}";

    private static readonly (SourceDialect Dialect, string Value)[] Records =
    [
        (SourceDialect.Debezium, Given.Envelope("c", after: "{\"id\":1}")),
        (SourceDialect.Cloudevents,
            "{\"id\":\"i\",\"source\":\"/debezium/postgresql/p\",\"specversion\":\"1.0\",\"iodebeziumop\":\"c\",\"iodebeziumconnector\":\"postgresql\","
            + "\"iodebeziumname\":\"p\",\"iodebeziumschema\":\"s\",\"iodebeziumtable\":\"t\",\"iodebeziumlsn\":\"5\",\"data\":{\"before\":null,\"after\":{\"id\":1}}}"),
        (SourceDialect.Flat, "{\"id\":1,\"__op\":\"c\",\"__table\":\"t\"}"),
        (SourceDialect.Dms, "{\"data\":{\"id\":1},\"metadata\":{\"record-type\":\"data\",\"operation\":\"insert\",\"schema-name\":\"s\",\"table-name\":\"t\","
            + "\"timestamp\":\"2024-07-29T00:59:07.686557Z\"}}"),
        (SourceDialect.Dynamodb, "{\"eventSource\":\"aws:dynamodb\",\"eventName\":\"INSERT\",\"tableName\":\"t\",\"dynamodb\":{\"Keys\":{\"id\":{\"N\":\"1\"}},"
            + "\"NewImage\":{\"id\":{\"N\":\"1\"}},\"ApproximateCreationDateTime\":1700000000,\"SequenceNumber\":\"1\"}}"),
        (SourceDialect.Maxwell, "{\"database\":\"d\",\"table\":\"t\",\"type\":\"insert\",\"ts\":1700000000,\"xid\":7,\"data\":{\"id\":1}}"),
        (SourceDialect.Canal, "{\"data\":[{\"id\":\"1\"}],\"database\":\"d\",\"es\":1700000000000,\"id\":1,\"isDdl\":false,\"table\":\"t\",\"ts\":1700000000001,"
            + "\"type\":\"INSERT\"}"),
        (SourceDialect.Wal2json, "{\"action\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"columns\":[{\"name\":\"id\",\"type\":\"integer\",\"value\":1}]}"),
        (SourceDialect.Goldengate, "{\"table\":\"S.T\",\"op_type\":\"I\",\"op_ts\":\"2024-07-29 00:59:07.686557\",\"pos\":\"00001\",\"after\":{\"ID\":1}}"),
        (SourceDialect.Trigger, "{\"type\":\"INSERT\",\"schema\":\"s\",\"table\":\"t\",\"record\":{\"id\":1},\"old_record\":null}"),
        (SourceDialect.Activity, "{\"type\":\"DatabaseActivityMonitoringRecords\",\"databaseActivityEvents\":\"x\"}"),
    ];

    [Fact]
    public void A_pinned_source_takes_its_own_dialect_and_refuses_every_other_by_name()
    {
        Records.Select(record => record.Dialect).ShouldBe(Enum.GetValues<SourceDialect>().Where(IsToldByShape), ignoreOrder: true);
        foreach (var (pin, _) in Records)
        {
            foreach (var (dialect, value) in Records)
            {
                var result = Given.Decode(Given.Record(value, Key), Pinned(pin));
                if (pin == dialect || pin == SourceDialect.Flat)
                    continue;
                var refused = result.Rejection.ShouldNotBeNull($"{dialect} in {pin}");
                refused.Code.ShouldBe(RejectionCode.WrongDialect);
                refused.Message.ShouldBe(
                    $"The source is pinned to {pin.ToString().ToLowerInvariant()}, and the record looks like {dialect.ToString().ToLowerInvariant()}.");
            }

            Given.Decode(Given.Record(Records.Single(record => record.Dialect == pin).Value, Key), Pinned(pin)).Rejection.ShouldBeNull($"{pin}");
        }
    }

    [Fact]
    public void A_record_that_looks_like_nothing_is_refused_as_that()
    {
        foreach (var value in new[] { "{\"a\":1}", "[1]", "5" })
        {
            Given.Rejection(Given.Record(value), Pinned(SourceDialect.Maxwell)).ShouldBe(new Rejection(
                RejectionCode.WrongDialect, "The source is pinned to maxwell, and the record looks like none that is known.", ByteOffset: 0));
        }

        Given.Rejection(Given.Record("{\"a\":"), Pinned(SourceDialect.Maxwell)).Code.ShouldBe(RejectionCode.TruncatedJson);
    }

    [Fact]
    public void In_a_source_of_flat_rows_every_object_is_one_but_a_change_in_its_envelope()
    {
        var flat = Pinned(SourceDialect.Flat);
        foreach (var (dialect, value) in Records.Where(record => record.Dialect is not (SourceDialect.Debezium or SourceDialect.Flat)))
            Given.Change(Given.Record(value, Key), flat).Facts.Operation.ShouldBe(ChangeOperation.Upsert, $"{dialect}");
        Given.Rejection(Given.Record(Given.Envelope("u", after: "{\"id\":1}"), Key), flat).Message
            .ShouldBe("The source is pinned to flat, and the record looks like debezium.");
    }

    [Fact]
    public void What_a_connector_sends_beside_rows_passes_where_rows_come_in_another_form()
    {
        var message = Given.Record(Given.Envelope("m", rest: ",\"message\":{\"prefix\":\"x\",\"content\":\"YQ==\"}"));
        foreach (var pin in new[] { SourceDialect.Debezium, SourceDialect.Flat, SourceDialect.Cloudevents })
        {
            Given.Decode(Given.Record("{\"ts_ms\":1704355839905}"), Pinned(pin)).Skip.ShouldBe(SkipReason.Heartbeat);
            Given.Change(message, Pinned(pin)).Facts.Operation.ShouldBe(ChangeOperation.Message);
        }
    }

    [Fact]
    public void A_null_value_that_would_be_a_flat_rows_delete_is_refused_elsewhere()
    {
        var deleted = Given.Record(value: null, Key, ("__op", "d"));
        Given.Rejection(deleted, Pinned(SourceDialect.Debezium)).Message.ShouldBe("The source is pinned to debezium, and the record looks like flat.");
        Given.Decode(Given.Record(value: null, Key), Pinned(SourceDialect.Debezium)).Skip.ShouldBe(SkipReason.Tombstone);
        Given.Change(deleted, Pinned(SourceDialect.Flat)).Facts.Operation.ShouldBe(ChangeOperation.Delete);
    }

    [Fact]
    public void A_wrapper_is_opened_first_and_the_record_in_it_is_pinned()
    {
        string Wrapped(string value) =>
            $"{{\"Records\":[{{\"kinesis\":{{\"data\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}\",\"sequenceNumber\":\"1\"}},\"eventID\":\"s:1\"}}]}}";
        foreach (var (pin, value) in Records.Where(record => record.Dialect != SourceDialect.Activity))
        {
            Given.Change(Given.Record(Wrapped(value)), Pinned(pin)).Facts.Operation.ShouldBeOneOf(ChangeOperation.Insert, ChangeOperation.Upsert);
            var other = pin == SourceDialect.Maxwell ? SourceDialect.Canal : SourceDialect.Maxwell;
            Given.Rejection(Given.Record(Wrapped(value)), Pinned(other)).Code.ShouldBe(RejectionCode.WrongDialect);
        }
    }

    [Fact]
    public void A_flat_rows_column_records_makes_no_wrapper()
    {
        const string Row = "{\"id\":1,\"records\":[{\"recordId\":\"a\",\"data\":\"e30=\"}]";
        Given.Change(Given.Record(Row + "}", Key), Pinned(SourceDialect.Flat)).Facts.Operation.ShouldBe(ChangeOperation.Upsert);
        Given.Change(Given.Record(Row + ",\"deliveryStreamArn\":\"arn:x\"}", Key), Pinned(SourceDialect.Flat)).After.Layout.Count.ShouldBe(0);
    }

    private static bool IsToldByShape(SourceDialect dialect) => dialect != SourceDialect.Auto && !dialect.ToString().EndsWith("Csv", StringComparison.Ordinal);

    private static DecodeSettings Pinned(SourceDialect pin) => new() { Sources = [new SourceSettings { Dialect = pin }] };
}
