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
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "{}", "[]", "1e9", "-", "\"\"", "9999999999999999999", "AA=="];

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
        }

        decoder.Decode(Record(bytes, "stream")).Rejection.ShouldBeNull();
    }

    /// <summary>Decodes mutations of records; some must still be changes.</summary>
    public static void Mutate(string[] values, int rounds, DecodeSettings? settings = null)
    {
        var random = new Random(Seed);
        var decoder = new Core.Decode.Decoder(settings ?? new DecodeSettings());
        var differ = new Differ();
        var changes = 0;
        for (var round = 0; round < rounds; round++)
        {
            var result = decoder.Decode(Record(Mutate(Encoding.UTF8.GetBytes(values[random.Next(values.Length)]), random), "stream"));
            var outcomes = (result.Rejection is null ? 0 : 1) + (result.Skip == SkipReason.None ? 0 : 1) + (result.Changes.Count > 0 ? 1 : 0);
            outcomes.ShouldBe(1, $"round {round}");
            foreach (var change in result.Changes)
            {
                differ.Compare(change);
                Read(change, change.Before);
                Read(change, change.After);
                Read(change, change.Key);
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

    private static byte[] Mutate(byte[] value, Random random)
    {
        var text = value.ToList();
        for (var change = random.Next(1, 4); change > 0 && text.Count > 0; change--)
        {
            var at = random.Next(text.Count);
            switch (random.Next(4))
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
                default:
                    text[at] = (byte)"0123456789\"{}[]"[random.Next(15)];
                    break;
            }
        }

        return [.. text];
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
