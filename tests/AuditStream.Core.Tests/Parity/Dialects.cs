using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;

namespace AuditStream.Core.Tests.Parity;

/// <summary>The tools and forms that are compared, each configured so that it loses least; and some so that they do not.</summary>
internal static class Dialects
{
    public const string Json = "debezium json";
    public const string Schema = "debezium json with schema";
    public const string Avro = "debezium avro";
    public const string Dms = "dms";
    public const string Maxwell = "maxwell";
    public const string Wal1 = "wal2json 1";
    public const string Wal2 = "wal2json 2";

    public const string KeySchema = "debezium json with schema, key identity";
    public const string PlainDms = "dms, nothing set";
    public const string Csv = "dms on s3";
    public const string KeyWal2 = "wal2json 2, key identity";

    private static readonly SourceSettings Full = new() { ReplicaIdentity = ReplicaIdentity.Full };

    private static readonly SourceSettings FullWithKeys = Full with
    {
        Tables = ModelTable.Names.ToDictionary(name => $"{ModelTable.Schema}.{name}", _ => new TableSettings { Key = ModelTable.Key }),
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Dialect> All { get; } =
    [
        new(Json, DebeziumWriter.Json) { Settings = Full },
        new(Schema, DebeziumWriter.JsonWithSchema) { Settings = Full },
        new(Avro, DebeziumWriter.Avro) { Settings = Full, Schemas = DebeziumWriter.Schemas() },
        new(Dms, DmsWriter.Detailed) { Settings = FullWithKeys with { IncludeNullAndEmpty = true } },
        new(Maxwell, MaxwellWriter.Write),
        new(Wal1, Wal2JsonWriter.Version1) { Settings = FullWithKeys },
        new(Wal2, Wal2JsonWriter.Version2) { Settings = Full },
        new(KeySchema, DebeziumWriter.KeysOnly) { Settings = new() { ReplicaIdentity = ReplicaIdentity.Key } },
        new(PlainDms, DmsWriter.Plain) { Settings = FullWithKeys },
        new(Csv, CsvWriter.Write)
        {
            Settings = Full with
            {
                Dialect = SourceDialect.DmsCsv, TopicPattern = "s3\\.(?<schema>[a-z]+)\\.(?<table>[a-z]+)",
                DmsCsv = new CsvSettings { NullValue = CsvWriter.Null, TimestampColumnName = "committed_at" },
                Tables = ModelTable.Names.ToDictionary(
                    name => $"{ModelTable.Schema}.{name}", _ => new TableSettings { Key = ModelTable.Key, Columns = CsvWriter.Columns }),
            },
        },
        new(KeyWal2, Wal2JsonWriter.KeysOnly),
    ];
}
