using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Images;

/// <summary>Records one after the other through the core, with kept images.</summary>
internal sealed class Histories
{
    private readonly Normalizer normalizer;
    private readonly CollectingOutput output = new();
    private long offset;

    public Histories(IRowImageStore? store, params ProtectRule[] rules)
    {
        normalizer = new Normalizer(
            new NormalizerSettings
            {
                Decode = new DecodeSettings
                {
                    Sources =
                    [
                        new SourceSettings
                        {
                            KeepsImages = true, Tombstones = TombstoneMeaning.Delete, Schema = "s",
                            Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { Key = ["id"] } },
                        },
                    ],
                },
                Protect = new ProtectSettings { Rules = rules }, IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
            },
            schemaSource: null, store);
    }

    public Histories()
        : this(new MemoryImageStore())
    {
    }

    /// <summary>The event of an envelope without before-image, as a table of REPLICA IDENTITY DEFAULT sends it.</summary>
    public JsonElement Envelope(string op, string? row, string key = "{\"id\":1}", (string, string)[]? headers = null, long? at = null, int partition = 3)
    {
        var isDelete = op == "d";
        return Record(
            Given.Envelope(op, before: isDelete ? row : null, after: isDelete ? null : row, source: Given.Source(lsn: "77")), key, headers, at, partition);
    }

    /// <summary>The event of a record.</summary>
    public JsonElement Record(string? value, string? key = "{\"id\":1}", (string, string)[]? headers = null, long? at = null, int partition = 3)
    {
        offset = at ?? offset + 1;
        var record = Given.Record(value, key, headers ?? []) with { Offset = offset, Partition = partition };
        normalizer.Process(record, output).Rejection.ShouldBeNull();
        return CapturedJson(output.Values[^1]);
    }

    /// <summary>A record that cannot be read.</summary>
    public void Unreadable() =>
        normalizer.Process(Given.Record("{\"op\":") with { Offset = ++offset }, output).Kind.ShouldBe(OutcomeKind.Rejected);

    /// <summary>What an event says of the row before: <c>full state {"id":1}</c>.</summary>
    public static string Before(JsonElement body)
    {
        var images = body.GetProperty("images");
        var before = body.TryGetProperty("before", out var image) ? image.GetRawText() : "-";
        return $"{images.GetProperty("before").GetString()} {images.GetProperty("before_from").GetString()} {before}";
    }

    /// <summary>The changed columns: <c>all a b</c>, <c>at_least a</c>; null when not known.</summary>
    public static string? Changed(JsonElement body) =>
        body.TryGetProperty("changed", out var names) && names.ValueKind == JsonValueKind.Array
            ? string.Join(' ', [body.GetProperty("changed_is").GetString() ?? "", .. names.EnumerateArray().Select(name => name.GetString() ?? "")])
            : null;

    private static JsonElement CapturedJson(byte[] body) => JsonSerializer.Deserialize<JsonElement>(body);
}
