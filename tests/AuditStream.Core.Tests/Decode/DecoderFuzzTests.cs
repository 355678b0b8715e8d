using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Canal;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using AuditStream.Core.Tests.Decode.Maxwell;
using AuditStream.Core.Tests.Decode.Wal2Json;
using System.Text;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Mutated records: whatever they hold, there is an outcome, and every text that is told can be read.</summary>
public sealed class DecoderFuzzTests
{
    private const int Seed = 20_260_101;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "1e9", "-", "0", "\"op\":\"d\"",
        "\"schema\":", "\"payload\":", "\"before\":null", "\"ts_ms\":-1", "AA==", "\u0000", "é",
        "\"__debezium_unavailable_value\"", "9999999999999999999", "\"_doc\":", "\"BI_", "\"data\":", "\"metadata\":",
    ];

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
        Run(seeds, rounds: 15_000);
    }

    [Fact]
    public void Mutated_records_of_DMS_always_have_an_outcome() => Run(
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
        Run([.. Others.Select(value => Given.Record(value, "{\"pk.id\":1}"))], rounds: 30_000);

    [Fact]
    public void Every_beginning_of_a_record_is_refused_as_cut_off()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        foreach (var value in Others)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            for (var length = 1; length < bytes.Length; length++)
            {
                var result = decoder.Decode(Given.Record("") with { Value = bytes.AsMemory(0, length) });
                result.Changes.ShouldBeEmpty();
                result.Rejection.ShouldNotBeNull($"{length} bytes of {value}").Code.ShouldBe(RejectionCode.TruncatedJson);
                result.Rejection.ByteOffset.ShouldBeInRange(0, length);
            }
        }
    }

    [Fact]
    public void Mutated_flat_rows_always_have_an_outcome() => Run(
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
        Run([.. CapturedMessages.Read("pg-b-json-schema"), .. CapturedMessages.Read("mariadb-a-json")], rounds: 10_000);

    private static void Run(RawRecord[] seeds, int rounds, DecodeSettings? settings = null)
    {
        var random = new Random(Seed);
        var decoder = new Core.Decode.Decoder(settings ?? new DecodeSettings());
        var differ = new Differ();
        var changes = 0;
        for (var round = 0; round < rounds; round++)
        {
            var seed = seeds[random.Next(seeds.Length)];
            var mutateKey = random.Next(8) == 0;
            var record = new RawRecord
            {
                Topic = seed.Topic,
                Partition = 0,
                Offset = round,
                TimestampMilliseconds = seed.TimestampMilliseconds,
                Key = mutateKey ? Mutate(seed.Key, random) : seed.Key,
                Value = mutateKey ? seed.Value : Mutate(seed.Value, random),
                Headers = seed.Headers.Count == 0 || random.Next(4) > 0 ? seed.Headers
                    : [.. seed.Headers.Select(header => header with { Value = Mutate(header.Value, random) })],
            };
            var result = decoder.Decode(record);
            var outcomes = (result.Rejection is null ? 0 : 1) + (result.Skip == SkipReason.None ? 0 : 1) + (result.Changes.Count > 0 ? 1 : 0);
            outcomes.ShouldBe(1, $"round {round}");
            foreach (var change in result.Changes)
            {
                differ.Compare(change);
                Read(change, change.Before);
                Read(change, change.After);
                Read(change, change.Key);
                foreach (var text in new[] { change.Facts.Position, change.Facts.TransactionId, change.Facts.Snapshot })
                    CapturedMessages.IsJson([.. "\""u8, .. text.Span, .. "\""u8]).ShouldBeTrue($"round {round}");
                changes++;
            }
        }

        changes.ShouldBeGreaterThan(rounds / 50);
    }

    private static void Read(RowChange change, RowImage image)
    {
        foreach (var value in image.Values)
        {
            if (value.Kind == ValueKind.Known)
                CapturedMessages.IsJson(change.TextOf(value)).ShouldBeTrue(Encoding.UTF8.GetString(change.TextOf(value)));
        }
    }

    private static ReadOnlyMemory<byte>? Mutate(ReadOnlyMemory<byte>? bytes, Random random)
    {
        if (bytes is null)
            return Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]);
        var text = bytes.Value.ToArray().ToList();
        for (var change = random.Next(1, 4); change > 0 && text.Count > 0; change--)
        {
            // Half of the mutations go to the last quarter, where the payload of a record with a schema is.
            var at = random.Next(2) == 0 ? random.Next(text.Count) : text.Count - 1 - random.Next(1 + text.Count / 4);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, Math.Min(random.Next(1, 12), text.Count - at));
                    break;
                case 2:
                    text.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    text.RemoveRange(at, text.Count - at);
                    break;
                default:
                    text[at] = (byte)"0123456789"[random.Next(10)];
                    break;
            }
        }

        return text.ToArray();
    }
}
