using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Images;

/// <summary>Records one after the other through the core, with kept images: in one place as <c>explain</c> does it, and forwarded to several tasks
/// as a run does it. Both must give the same bytes.</summary>
internal sealed class Histories
{
    private readonly Normalizer normalizer;
    private readonly ForwardedRun? run;
    private readonly CollectingOutput output = new();
    private long offset;

    public Histories(IRowImageStore? store, params ProtectRule[] rules)
        : this(isRun: true, store, rules)
    {
    }

    private Histories(bool isRun, IRowImageStore? store, params ProtectRule[] rules)
    {
        normalizer = new Normalizer(Settings(rules), schemaSource: null, store);
        // Tasks of their own have rooms of their own: where this one has little, they may know more.
        if (isRun && store is not null)
            run = new ForwardedRun(Settings(rules));
    }

    public Histories()
        : this(new MemoryImageStore())
    {
    }

    /// <summary>A history in one place only: tasks have rooms of their own, and may know more.</summary>
    public static Histories WithRoomFor(long bytes) => new(isRun: false, new MemoryImageStore(new ImageMemory(bytes)));

    /// <summary>The run beside it.</summary>
    public ForwardedRun Run => run ?? throw new InvalidOperationException("This history is not run.");

    public static NormalizerSettings Settings(params ProtectRule[] rules) => new()
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
    };

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
        var before = output.Values.Count;
        normalizer.Process(record, output).Rejection.ShouldBeNull();
        run?.Process(record).Select(Text).ShouldBe(output.Values.Skip(before).Select(Text), ignoreOrder: true);
        return CapturedJson(output.Values[^1]);
    }

    /// <summary>A record that cannot be read.</summary>
    public void Unreadable()
    {
        var record = Given.Record("{\"op\":") with { Offset = ++offset };
        normalizer.Process(record, output).Kind.ShouldBe(OutcomeKind.Rejected);
        run?.Process(record).ShouldBeEmpty();
    }

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

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static JsonElement CapturedJson(byte[] body) => JsonSerializer.Deserialize<JsonElement>(body);
}
