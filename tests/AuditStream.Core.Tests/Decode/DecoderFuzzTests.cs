using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Canal;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using AuditStream.Core.Tests.Decode.Maxwell;
using AuditStream.Core.Tests.Decode.Wal2Json;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Mutated records: whatever they hold, there is an outcome, and every text that is told can be read.</summary>
public sealed class DecoderFuzzTests
{
    private static readonly string[] Others =
    [
        MaxwellRecord.Row("update", "{\"id\":1,\"v\":\"ä\\u0000\",\"w\":[1,{}]}", ",\"old\":{\"v\":null}"),
        "{\"type\":\"table-alter\",\"database\":\"d\",\"table\":\"t\",\"old\":{\"a\":1},\"def\":{},\"ts\":1477053126123,\"sql\":\"s\"}",
        CanalRecord.Message("UPDATE", "[{\"id\":\"1\",\"b\":\"ÿ\",\"j\":\"[1]\"},{\"id\":\"2\",\"v\":null}]", "[{\"b\":null},{\"v\":\"x\"}]"),
        Wal2JsonRecord.Action("U", Wal2JsonRecord.Columns, "[{\"name\":\"id\",\"type\":\"bigint\",\"value\":9},{\"name\":\"b\",\"type\":\"bytea\",\"value\":\"ff\"}]"),
        Wal2JsonRecord.Action("D", identity: Wal2JsonRecord.Id),
        Wal2JsonRecord.Transaction(
            "\"xid\":7,\"nextlsn\":\"0/1\",\"timestamp\":\"2025-06-15 10:00:00.5+00\",", Wal2JsonRecord.Insert1,
            "{\"kind\":\"delete\",\"table\":\"u\",\"oldkeys\":{\"keynames\":[\"id\"],\"keytypes\":[\"numeric\"],\"keyvalues\":[1.5]},\"pk\":{\"pknames\":[\"id\"]}}",
            "{\"kind\":\"message\",\"prefix\":\"p\",\"content\":\"c\"}"),
        "{\"table\":\"OGG.EVENT\",\"op_type\":\"U\",\"op_ts\":\"2020-05-13 17:32:10.904000\",\"pos\":\"1\",\"primary_keys\":[\"ID\"],"
            + "\"before\":{\"ID\":1,\"V\":null},\"after\":{\"ID\":1,\"V\":1.50}}",
    ];

    [Fact]
    public void Mutated_records_always_have_an_outcome()
    {
        var fields = "{\"type\":\"int64\",\"field\":\"id\"},{\"type\":\"string\",\"name\":\"io.debezium.data.Json\",\"field\":\"doc\"},"
            + "{\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\",\"field\":\"at\"},"
            + "{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\"},\"field\":\"sum\"},"
            + "{\"type\":\"array\",\"items\":{\"type\":\"int32\"},\"field\":\"list\"}";
        var row = "{\"id\":1,\"doc\":\"{\\\"a\\\":[1,{}]}\",\"at\":\"2020-01-01T00:00:00Z\",\"sum\":\"AfM=\",\"list\":[1,2]}";
        RawRecord[] seeds =
        [
            Given.Record(Given.Envelope("u", row, row), "{\"id\":1}"),
            Given.Record(Given.WithSchema(fields, Given.Envelope("u", row, row)), "{\"id\":1}"),
            Given.Record(Given.Envelope("d", row), "{\"id\":1}", ("__debezium.newkey", "{\"id\":2}")),
            Given.Record("{\"status\":\"END\",\"id\":\"571:5\",\"ts_ms\":5,\"event_count\":1,\"data_collections\":[]}"),
        ];
        Broken.Mutate(seeds, rounds: 15_000);
    }

    [Fact]
    public void Mutated_records_of_DMS_always_have_an_outcome() => Broken.Mutate(
        [
            DmsRecord.Data("update", "{\"id\":1,\"a\":null,\"BI_a\":\"\",\"BI_id\":1}", more: DmsRecord.Details),
            DmsRecord.Data("update", "{\"id\":1,\"a\":\"x\"}", ",\"before-image\":{\"id\":2,\"a\":[1,{}]}", DmsRecord.Details),
            DmsRecord.Data("delete", "{\"label\":1,\"_doc\":{\"id\":1,\"BI_id\":2,\"b\":{\"c\":[]}}}"),
            DmsRecord.Data("load", "{\"id\":1.5E+3,\"a\":\"\\u0041\"}"),
            DmsRecord.Value("{\"control\":{\"table-def\":{\"primary-key\":[\"id\"]}},\"metadata\":{\"record-type\":\"control\",\"operation\":\"x\"}}"),
        ],
        rounds: 15_000, DmsRecord.Settings(ReplicaIdentity.Key));

    [Fact]
    public void Mutated_records_of_other_connectors_always_have_an_outcome() =>
        Broken.Mutate([.. Others.Select(value => Given.Record(value, "{\"pk.id\":1}"))], rounds: 30_000);

    [Fact]
    public void Every_beginning_of_a_record_is_refused_as_cut_off()
    {
        foreach (var value in Others)
            Broken.CutEverywhere(value);
    }

    [Fact]
    public void Mutated_flat_rows_always_have_an_outcome() => Broken.Mutate(
        [
            Given.Record(
                "{\"id\":1,\"v\":[1,{}],\"__op\":\"u\",\"__table\":\"t\",\"__lsn\":5,\"__source_ts_ms\":5,\"__deleted\":\"false\"}", "{\"id\":1}",
                ("__debezium.oldkey", "{\"id\":2}")),
            Given.Record(
                "{\"id\":1,\"v\":\"__debezium_unavailable_value\"}", "{\"id\":1}", ("__op", "c"), ("__txId", "\"7\\u00e9\""), ("__file", "é.1"), ("__pos", "5"),
                ("__gtid", "{\"schema\":null,\"payload\":\"u:5\"}")),
            Given.Record(
                "{\"specversion\":\"1.0\",\"iodebeziumop\":\"u\",\"iodebeziumtable\":\"t\",\"iodebeziumtxId\":\"7\",\"data\":{\"before\":null,\"after\":{\"id\":1}}}",
                "{\"id\":1}"),
        ],
        rounds: 15_000, new DecodeSettings { Sources = [new SourceSettings { Tombstones = TombstoneMeaning.Delete, Schema = "s\\\n" }] });

    [CapturedMessagesFact]
    public void Mutated_captured_messages_always_have_an_outcome() =>
        Broken.Mutate([.. CapturedMessages.Read("pg-b-json-schema"), .. CapturedMessages.Read("mariadb-a-json")], rounds: 10_000);
}
