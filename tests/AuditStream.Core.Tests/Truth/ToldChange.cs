using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Decode;
using AuditStream.Core.Tests.Decode.Avro;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Truth;

/// <summary>An event of a captured record.</summary>
internal sealed record ToldChange
{
    /// <summary>As the database is set up. Rows without envelope have lost their schema; no table is left out.</summary>
    private static readonly SourceSettings Source = new()
    {
        Name = "bank", Schema = "bank", SkippedTables = [],
        Tables = new Dictionary<string, TableSettings>
        {
            ["bank.cards"] = new() { ReplicaIdentity = ReplicaIdentity.Full },
            ["bank.measures"] = new() { ReplicaIdentity = ReplicaIdentity.Full },
        },
    };

    /// <summary>The event.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>Its operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The table with its schema, or its database; empty for what belongs to none.</summary>
    public required string Table { get; init; }

    /// <summary>The row's key, as <c>column=value</c>; of a statement or a message what it says; empty without a key.</summary>
    public required string Key { get; init; }

    /// <summary>Its position in the source's log, where that is a number; the largest elsewhere.</summary>
    public required long Position { get; init; }

    /// <summary>The transaction; null when the record does not tell it.</summary>
    public string? Transaction => Body.TryGetProperty("transaction", out var block) ? block.GetProperty("id").GetString() : null;

    /// <summary>The events of all records of a capture: those of a row in the order of the log.</summary>
    public static List<ToldChange> Read(string capture)
    {
        var settings = new NormalizerSettings
        {
            Decode = new DecodeSettings { Sources = [Source] },
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        };
        ISchemaSource? schemas = capture == "pg-e-avro" ? CapturedSchemas.Read() : null;
        var normalizer = new Normalizer(settings, schemas);
        var output = new CollectingOutput();
        foreach (var record in CapturedMessages.Read(capture))
            normalizer.Process(record, output).Rejection.ShouldBeNull($"{record.Topic} {record.Offset}");
        return [.. output.Values.Select(Of).OrderBy(told => told.Position)];
    }

    private static ToldChange Of(byte[] value)
    {
        var body = CapturedMessages.JsonElementOf(Encoding.UTF8.GetString(value));
        var source = body.GetProperty("source");
        var schema = source.TryGetProperty("schema", out var name) || source.TryGetProperty("database", out name) ? name.GetString() : null;
        var hasTable = source.TryGetProperty("table", out var table);
        var operation = body.GetProperty("operation").GetString() ?? "";
        var hasKey = body.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.Object;
        return new ToldChange
        {
            Body = body,
            Operation = operation,
            Table = hasTable && operation != "schema" ? $"{schema}.{table.GetString()}" : "",
            Key = hasKey ? string.Join(' ', key.EnumerateObject().Select(column => $"{column.Name}={column.Value}")) : KeyOfDetail(operation, body),
            Position = source.TryGetProperty("position", out var position) && long.TryParse(position.GetString(), out var number)
                ? number : long.MaxValue,
        };
    }

    private static string KeyOfDetail(string operation, JsonElement body) => operation switch
    {
        "schema" => body.GetProperty("detail").GetProperty("ddl").GetString() ?? "",
        "message" => $"{body.GetProperty("detail").GetProperty("prefix").GetString()} "
            + Encoding.UTF8.GetString(body.GetProperty("detail").GetProperty("content").GetBytesFromBase64()),
        _ => "",
    };
}
