using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Decode.Avro;
using AuditStream.Core.Tests.Decode.Canal;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using AuditStream.Core.Tests.Decode.DynamoDb;
using AuditStream.Core.Tests.Decode.Maxwell;
using AuditStream.Core.Tests.Decode.Wal2Json;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Types;

/// <summary>What becomes of a sample: an insert of one column <c>v</c> through the whole of Core.</summary>
internal static class SampleReader
{
    private const int SchemaId = 7;

    /// <summary>The value in the event, and the member <c>type</c>; empty where the event has none.</summary>
    public static (string Type, string Value) Read(TypeSample sample)
    {
        var readings = RecordsOf(sample).Select(record => Read(record.Value, record.Schema)).Distinct().ToList();
        return readings.ShouldHaveSingleItem($"{sample}: {string.Join(" and ", readings)}");
    }

    /// <summary>The value that an event has of Debezium's JSON without a schema; null where there is always one.</summary>
    public static string? ReadWithoutSchema(TypeSample sample)
    {
        if (sample.Dialect != Dialect.Debezium)
            return null;
        string[] records =
        [
            Given.Envelope("c", after: Row(sample.Written)),
            $"{{\"v\":{sample.Written},\"__op\":\"c\",\"__table\":\"t\"}}",
            "{\"specversion\":\"1.0\",\"iodebeziumop\":\"c\",\"iodebeziumconnector\":\"postgresql\",\"iodebeziumtable\":\"t\","
                + $"\"data\":{{\"before\":null,\"after\":{Row(sample.Written)}}}}}",
        ];
        var readings = records.Select(record => Read(Encoding.UTF8.GetBytes(record), schema: null)).Distinct().ToList();
        return readings.ShouldHaveSingleItem($"{sample}: {string.Join(" and ", readings)}").Value;
    }

    private static IEnumerable<(byte[] Value, string? Schema)> RecordsOf(TypeSample sample)
    {
        var (written, declared) = (sample.Written, sample.Declared);
        if (sample.Connect is { } type)
        {
            yield return Text(Given.WithSchema(type.Json("v"), Given.Envelope("c", after: Row(written))));
            // A decimal that a converter writes as a number is bytes in Avro all the same.
            if (!sample.Setting.StartsWith("decimal.format", StringComparison.Ordinal))
                yield return Avro(type.Avro("V"), datum => type.Write(JsonSerializer.Deserialize<JsonElement>(written), datum));
            yield break;
        }

        yield return sample.Dialect switch
        {
            Dialect.Avro => Avro($"[\"null\",{declared}]", datum => sample.Datum?.Invoke(datum.Long(1))),
            Dialect.Document => Text(Given.Envelope(
                "c", after: JsonSerializer.Serialize(Row(written)),
                source: "{\"connector\":\"mongodb\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"collection\":\"t\",\"ord\":2}")),
            Dialect.Dms => (DmsRecord.Data("insert", Row(written)).Value.GetValueOrDefault().ToArray(), null),
            Dialect.Maxwell => Text(MaxwellRecord.Row("insert", Row(written), key: "")),
            Dialect.Canal => Text(CanalRecord.Message(
                "INSERT", $"[{Row(written)}]", key: "null",
                rest: declared.StartsWith("sqlType", StringComparison.Ordinal)
                    ? $",\"mysqlType\":{{}},\"sqlType\":{{\"v\":{Declared(declared)}}}"
                    : $",\"mysqlType\":{{\"v\":\"{Declared(declared)}\"}},\"sqlType\":{{}}")),
            Dialect.Wal2Json => Text(Wal2JsonRecord.Action("I", $"[{{\"name\":\"v\",\"type\":\"{declared}\",\"value\":{written}}}]", rest: "")),
            Dialect.GoldenGate => Text(
                "{\"table\":\"OGG.T\",\"op_type\":\"I\",\"op_ts\":\"2020-05-13 17:32:10.904000\",\"pos\":\"1\",\"after\":" + Row(written) + "}"),
            Dialect.Trigger => Text($"{{\"type\":\"INSERT\",\"schema\":\"s\",\"table\":\"t\",\"record\":{Row(written)},\"old_record\":null}}"),
            Dialect.DynamoDb => Text(Item.Streamed("INSERT", after: Item.With("v", $"{{\"{declared}\":{written}}}"))),
            _ => throw new ArgumentException($"{sample.Dialect} has no record.", nameof(sample)),
        };
        if (sample.Dialect == Dialect.Wal2Json)
        {
            yield return Text(Wal2JsonRecord.Transaction(
                "\"xid\":7,\"nextlsn\":\"0/1\",",
                $"{{\"kind\":\"insert\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"v\"],\"columntypes\":[\"{declared}\"],\"columnvalues\":[{written}]}}"));
        }
    }

    private static string Row(string written) => $"{{\"v\":{written}}}";

    /// <summary>What stands behind the name of the member that declares it.</summary>
    private static string Declared(string declared) => declared.Length == 0 ? "varchar(10)" : declared.Split(' ')[1];

    private static (byte[] Value, string? Schema) Text(string value) => (Encoding.UTF8.GetBytes(value), null);

    private static (byte[] Value, string? Schema) Avro(string type, Action<AvroWriter> write)
    {
        var schema = "{\"type\":\"record\",\"name\":\"Envelope\",\"fields\":[{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Value\","
            + $"\"fields\":[{{\"name\":\"v\",\"type\":{type}}}]}}]}},{{\"name\":\"after\",\"type\":[\"null\",\"Value\"]}},"
            + "{\"name\":\"source\",\"type\":{\"type\":\"record\",\"name\":\"Source\",\"fields\":["
            + string.Join(',', SourceMembers.Select(member => $"{{\"name\":\"{member.Name}\",\"type\":\"string\"}}"))
            + "]}},{\"name\":\"op\",\"type\":\"string\"}]}";
        var datum = new AvroWriter().Long(0).Long(1);
        write(datum);
        foreach (var member in SourceMembers)
            datum.String(member.Value);
        return (AvroWriter.Framed(SchemaId, datum.String("c").ToArray()), schema);
    }

    private static (string Name, string Value)[] SourceMembers =>
        [("connector", "postgresql"), ("name", "p"), ("db", "d"), ("schema", "s"), ("table", "t")];

    private static (string Type, string Value) Read(byte[] value, string? schema)
    {
        var schemas = schema is null ? null : new MadeSchemas().With(SchemaId, schema);
        var normalizer = new Normalizer(
            new NormalizerSettings { IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0", Decode = Sources }, schemas);
        var output = new CollectingOutput();
        var outcome = normalizer.Process(Given.Record(value: null) with { Value = value }, output);
        outcome.Rejection.ShouldBeNull(Encoding.UTF8.GetString(value));
        var root = JsonSerializer.Deserialize<JsonElement>(output.Values.ShouldHaveSingleItem(Encoding.UTF8.GetString(value)));
        var type = root.GetProperty("changes").EnumerateArray().First(change => change.GetProperty("field").GetString() == "v");
        return (type.TryGetProperty("type", out var named) ? named.GetString() ?? "" : "", root.GetProperty("after").GetProperty("v").GetRawText());
    }

    private static DecodeSettings Sources { get; } = new()
    {
        Sources = [new SourceSettings { Name = "shop", Schema = "s" }],
    };
}
