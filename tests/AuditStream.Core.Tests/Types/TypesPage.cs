using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Canal;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.DynamoDb;
using AuditStream.Core.Decode.Wal2Json;

namespace AuditStream.Core.Tests.Types;

/// <summary>Writes docs/TYPES.md: every value in it has been through the program.</summary>
internal static class TypesPage
{
    private const string Opening = """
        # Types

        What becomes of a column's value: every source type, through every dialect. This page is written by a test, which gives each value to the program
        and shows what stands in the event; `AUDITSTREAM_APPROVE=1 dotnet test tests/AuditStream.Core.Tests --filter TypesPageTests` writes it anew.
        [EVENT.md](EVENT.md) has the forms of the event's values, [SOURCES.md](SOURCES.md) the settings that lose the least.

        - *written*: the value as the dialect writes it, in JSON. In Avro it is the same value in binary
        - *`type`*: the member of `changes` in the event. It is there when the record's own schema names the type, and then the value has one form,
          whichever connector wrote it. Without, the value keeps the JSON that was written
        - *in the event*: the value in `before`, `after` and `changes`. In a key every number is a string
        - Debezium, one line: JSON with schema and Avro in any framing, which give the same. *Without a schema* is Debezium's JSON with
          `schemas.enable=false`, where nothing tells a date from a number; the unwrapped form and CloudEvents are the same. Empty: the same value
        - in the AWS wrappers (Lambda, Firehose, Kinesis) values are those of the record inside
        - DMS on S3 (CSV): every value is a text as the line has it, whatever its type, and `CsvNullValue` is `null`
        - names in parentheses are settings of the source's connector that make it write so; without, it is the default
        - a NULL is `null` through each of them. A value that the source withheld (TOAST, LOB) is none of these: `images.unavailable` names its column


        """;

    private const string NamesOpening = """
        ## Names in schemas

        What a record's schema can say of a type. A name that is not listed counts as none: the type below it decides, and nothing of the value is lost.


        """;

    public static IReadOnlyList<(string Name, SourceType[] Types)> Sources { get; } =
    [
        ("PostgreSQL", PostgresSamples.All), ("MySQL and MariaDB", MySqlSamples.All), ("SQL Server", SqlServerSamples.All), ("Oracle", OracleSamples.All),
        ("Db2", Db2Samples.All), ("MongoDB", MongoDbSamples.All), ("DynamoDB", DynamoDbSamples.All), ("Avro without Connect's names", AvroSamples.All),
        ("Other connectors of Debezium", [new("duration (Cassandra)", TypeSample.Debezium(ConnectType.Of("int64", "io.debezium.time.NanoDuration"), "93600000000001"))]),
    ];

    private static IEnumerable<TypeSample> Samples => Sources.SelectMany(source => source.Types).SelectMany(type => type.Samples);

    /// <summary>The whole page.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Opening);
        foreach (var (name, types) in Sources)
            WriteSource(name, types, page);
        page.Append(NamesOpening);
        WriteNames(page);
        return page.ToString().TrimEnd() + "\n";
    }

    private static void WriteSource(string name, SourceType[] types, StringBuilder page)
    {
        var hasSchemas = types.Any(type => type.Samples.Any(sample => sample.Dialect == Dialect.Debezium));
        page.Append("## ").Append(name).Append("\n\n");
        page.Append("| column | through | declared | written | `type` | in the event |").Append(hasSchemas ? " without a schema |\n" : "\n");
        page.Append("|---|---|---|---|---|---|").Append(hasSchemas ? "---|\n" : "\n");
        foreach (var type in types)
        {
            var column = type.Name;
            foreach (var group in type.Samples.GroupBy(sample => LineOf(sample, hasSchemas)))
            {
                var through = string.Join(", ", group.GroupBy(Through).Select(same => WithSettings(same.Key, [.. same.Select(sample => sample.Setting)])));
                page.Append("| ").Append(Cell(column)).Append(" | ").Append(through).Append(group.Key);
                column = "";
            }
        }

        page.Append('\n');
    }

    /// <summary>What is the same for all dialects that write a value in one way.</summary>
    private static string LineOf(TypeSample sample, bool hasSchemas)
    {
        var (type, value) = SampleReader.Read(sample);
        var untyped = SampleReader.ReadWithoutSchema(sample);
        var declared = sample.Connect?.Shown ?? sample.Declared;
        var line = $" | {Code(declared)} | {Code(sample.Written)} | {type} | {Code(value)} |";
        return hasSchemas ? $"{line} {(untyped is null || untyped == value ? "" : Code(untyped))} |\n" : $"{line}\n";
    }

    private static string Through(TypeSample sample) => sample.Dialect switch
    {
        Dialect.Dms => "DMS",
        Dialect.Wal2Json => "wal2json",
        Dialect.Trigger => "triggers",
        Dialect.Document => "Debezium",
        Dialect.DynamoDb => "both streams",
        _ => sample.Dialect.ToString(),
    };

    private static string WithSettings(string name, string[] settings) =>
        settings.Contains("", StringComparer.Ordinal) ? name : $"{name} ({string.Join(", ", settings.Select(Code))})";

    private static void WriteNames(StringBuilder page)
    {
        page.Append("| in | name | over | `type` | such as | in the event |\n|---|---|---|---|---|---|\n");
        var named = ConnectTypes.Names.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        // float32 and float64 are other words for float and double.
        foreach (var (wire, type) in ConnectTypes.Wires.Where(one => one.Wire is not ("float32" or "float64")))
            Name("Connect", wire, "", type, sample => sample.Connect is { } connect && connect.Wire == wire && !named.Contains(connect.Name), page);
        foreach (var (name, wire, type) in ConnectTypes.Names)
            Name("Connect", name, wire, type, sample => sample.Connect?.Name == name && sample.Connect.Wire == wire, page);
        foreach (var (kind, name, type) in AvroTypes.LogicalTypes)
        {
            var wire = kind.ToString().ToLowerInvariant();
            Name("Avro", name, wire, type, sample => sample.Declared.StartsWith($"{{\"type\":\"{wire}\"", StringComparison.Ordinal)
                && sample.Declared.Contains($"\"logicalType\":\"{name}\"", StringComparison.Ordinal), page);
        }

        foreach (var (name, type) in PostgresTypes.Names)
            Name("wal2json", name, "", type, sample => sample.Dialect == Dialect.Wal2Json && sample.Declared.Split('(')[0] == name, page);
        foreach (var (name, type) in CanalTypes.Names)
            Name("Canal", name, "", type, sample => sample.Dialect == Dialect.Canal && sample.Declared.EndsWith(' ' + name, StringComparison.Ordinal), page);
        foreach (var name in Enum.GetValues<AttributeType>().Where(type => type != AttributeType.None).Select(AttributeName))
            Name("DynamoDB", name, "", ColumnType.Untyped, sample => sample.Dialect == Dialect.DynamoDb && sample.Declared == name, page);
    }

    /// <summary>Writes a name's line with the first value of its type that is not null.</summary>
    private static void Name(string room, string name, string wire, ColumnType type, Func<TypeSample, bool> isOne, StringBuilder page)
    {
        var sample = Samples.FirstOrDefault(one => one.Written != "null" && isOne(one)).ShouldNotBeNull($"{room} {name} {wire}: no source has a value of it");
        var (said, value) = SampleReader.Read(sample);
        said.ShouldBe(type == ColumnType.Untyped ? "" : type.ToString().ToLowerInvariant(), $"{room} {name}");
        page.Append("| ").Append(room).Append(" | ").Append(Code(name)).Append(" | ").Append(Code(wire)).Append(" | ").Append(said).Append(" | ")
            .Append(Code(sample.Written)).Append(" | ").Append(Code(value)).Append(" |\n");
    }

    private static string AttributeName(AttributeType type) => type switch
    {
        AttributeType.Text => "S",
        AttributeType.Number => "N",
        AttributeType.Binary => "B",
        AttributeType.Boolean => "BOOL",
        AttributeType.Null => "NULL",
        AttributeType.Map => "M",
        AttributeType.List => "L",
        AttributeType.TextSet => "SS",
        AttributeType.NumberSet => "NS",
        AttributeType.BinarySet => "BS",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type that the page does not know."),
    };

    private static string Code(string text) => text.Length == 0 ? "" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
