using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Records cut short and mutated: whatever they hold, there is one outcome, and every text that is told can be read.</summary>
internal static class Broken
{
    private const int Seed = 20_260_102;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "{}", "[]", "1e9", "-", "0", "\"\"", "\"op\":\"d\"",
        "\"schema\":", "\"payload\":", "\"before\":null", "\"ts_ms\":-1", "AA==", "\u0000", "é",
        "\"__debezium_unavailable_value\"", "9999999999999999999", "\"_doc\":", "\"BI_", "\"data\":", "\"metadata\":",
    ];

    /// <summary>A record of this value.</summary>
    public static RawRecord Record(string value, string topic = "stream") => Record(Encoding.UTF8.GetBytes(value), topic);

    /// <summary>Decodes every beginning of a record: all but the whole are refused.</summary>
    public static void CutEverywhere(string value, DecodeSettings? settings = null)
    {
        var decoder = new Core.Decode.Decoder(settings ?? new DecodeSettings());
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var length = 1; length < bytes.Length; length++)
        {
            var rejection = decoder.Decode(Record(bytes[..length], "stream")).Rejection.ShouldNotBeNull($"{length} bytes");
            rejection.Code.ShouldBe(RejectionCode.TruncatedJson, $"{length} bytes");
            rejection.ByteOffset.ShouldBeInRange(0, length);
        }

        decoder.Decode(Record(bytes, "stream")).Rejection.ShouldBeNull();
    }

    /// <summary>Decodes mutations of values; some must still be changes.</summary>
    public static void Mutate(string[] values, int rounds, DecodeSettings? settings = null) =>
        Mutate([.. values.Select(value => Record(value))], rounds, settings);

    /// <summary>Decodes mutations of records, of their values most often; some must still be changes.</summary>
    public static void Mutate(RawRecord[] seeds, int rounds, DecodeSettings? settings = null)
    {
        var random = new Random(Seed);
        var decoder = new Core.Decode.Decoder(settings ?? new DecodeSettings());
        var differ = new Differ();
        var changes = 0;
        for (var round = 0; round < rounds; round++)
        {
            var seed = seeds[random.Next(seeds.Length)];
            var mutatesKey = seed.Key is not null && random.Next(8) == 0;
            var result = decoder.Decode(seed with
            {
                Offset = round,
                Key = mutatesKey ? Mutate(seed.Key, random) : seed.Key,
                Value = mutatesKey ? seed.Value : Mutate(seed.Value, random),
                Headers = seed.Headers.Count == 0 || random.Next(4) > 0 ? seed.Headers
                    : [.. seed.Headers.Select(header => header with { Value = Mutate(header.Value, random) })],
            });
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

    private static RawRecord Record(byte[] value, string topic) => new()
    {
        Topic = topic,
        Partition = 3,
        Offset = 42,
        TimestampMilliseconds = 1_750_000_000_000,
        Value = value,
        Headers = [],
    };

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
                    text[at] = (byte)"0123456789\"{}[]"[random.Next(15)];
                    break;
            }
        }

        return text.ToArray();
    }

    private static void Read(RowChange change, RowImage image)
    {
        foreach (var value in image.Values)
        {
            if (value.Kind == ValueKind.Known)
                CapturedMessages.IsJson(change.TextOf(value)).ShouldBeTrue(Encoding.UTF8.GetString(change.TextOf(value)));
        }
    }
}
