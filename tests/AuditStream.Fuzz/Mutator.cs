using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>Makes a record of another: bytes, JSON's structure, and splices from a third.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>The longest value that is made, in bytes.</summary>
    public const int MaxValueBytes = 1024 * 1024;

    private const int MaxMutations = 4;
    private const int MaxInnerLevels = 3;

    private static readonly byte[][] Pieces = Array.ConvertAll(
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "false", "{}", "[]", "\"\"", "0", "-1", "-0", "1e9", "1E+400", "0.10", "1.5",
        "9223372036854775808", "-9223372036854775808", "99999999999999999999999999", "253402300800000", "253402300799999999999", "-62135596800000",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\/\\b\"", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"AA==\"", "\"AfM=\"", "\"=\"",
        "\"__debezium_unavailable_value\"", "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\"", "\"***\"", "\"{\\\"a\\\":[1,{}]}\"", "\"[1,2\"",
        "\"2020-01-01T00:00:00Z\"", "\"0000-00-00 00:00:00\"", "\"24:00:00\"", "\"-292275055-05-16 BC\"", "\"P1Y2M3DT4H5M6.7S\"", "\"u\"", "\"d\"", "\"c\"",
        "\"r\"", "\"t\"", "\"m\"", "\"i\"", "\"update\"", "\"delete\"", "\"insert\"", "\"load\"", "\"last\"", "\"id\"", "\"before\"", "\"after\"", "\"data\"",
        "\u0000", "é", "\u00ff\ufeff", "\ud83d\ude00", "\u2028",
    ], Encoding.UTF8.GetBytes);

    /// <summary>A mutation of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="other">Another, that parts may be taken from.</param>
    public RawRecord Mutate(in RawRecord record, in RawRecord other)
    {
        var target = random.Next(16);
        var hasHeaders = record.Headers.Count > 0;
        var otherKey = other.Key;
        return record with
        {
            Topic = random.Next(64) == 0 ? other.Topic : record.Topic,
            Key = target <= 1 ? Mutated(record.Key, other.Key) : random.Next(64) == 0 ? other.Key : record.Key,
            Value = target == 2 && hasHeaders ? record.Value : Mutated(record.Value, other.Value),
            Headers = target == 2 && hasHeaders
                ? [.. record.Headers.Select(header => random.Next(2) == 0 ? header : header with { Value = Mutated(header.Value, otherKey) })]
                : random.Next(64) == 0 ? other.Headers : record.Headers,
        };
    }

    private ReadOnlyMemory<byte>? Mutated(ReadOnlyMemory<byte>? bytes, ReadOnlyMemory<byte>? other)
    {
        if (random.Next(256) == 0)
            return null;
        var text = bytes?.ToArray() ?? Piece();
        for (var mutations = random.Next(MaxMutations) + 1; mutations > 0; mutations--)
            text = Once(text, other.GetValueOrDefault().Span, level: 0);
        return text;
    }

    private byte[] Once(byte[] text, ReadOnlySpan<byte> other, int level)
    {
        if (text.Length == 0)
            return Piece();
        var values = random.Next(4) > 0 ? JsonSpan.Find(text) : [];
        if (values.Count == 0 || text[0] == 0)
            return OnBytes(text, other);
        var one = Pick(values);
        var two = Pick(values);
        switch (random.Next(12))
        {
            case 0 or 1:
                return Replace(text, one.Start, one.End, Piece());
            case 2:
                return Replace(text, one.NameStart, Behind(text, one.End), []);
            case 3:
                return Replace(text, one.NameStart, one.NameStart, [.. text.AsSpan(one.NameStart..one.End), (byte)',']);
            case 4:
                return Replace(text, one.Start, one.End, text.AsSpan(two.Start..two.End));
            case 5 when JsonSpan.Find(other) is { Count: > 0 } others:
                var spliced = Pick(others);
                return one.HasName && spliced.HasName
                    ? Replace(text, one.NameStart, one.End, other[spliced.NameStart..spliced.End])
                    : Replace(text, one.Start, one.End, other[spliced.Start..spliced.End]);
            case 6 when one.HasName && two.HasName:
                return Replace(text, one.NameStart, one.Start, text.AsSpan(two.NameStart..two.Start));
            case 7:
                return Replace(text, one.Start, one.End, [(byte)'[', .. text.AsSpan(one.Start..one.End), (byte)']']);
            case 8:
                return Replace(text, one.Start, one.End, [.. "{\"a\":"u8, .. text.AsSpan(one.Start..one.End), (byte)'}']);
            case 9 when random.Next(100) == 0:
                return Swollen(text, one);
            case 10 or 11 when level < MaxInnerLevels && text[one.Start] == '"':
                return Inner(text, one, other, level);
            default:
                return OnBytes(text, other);
        }
    }

    private byte[] OnBytes(byte[] text, ReadOnlySpan<byte> other)
    {
        // Half of the mutations go to the last quarter, where the payload of a record with a schema is.
        var at = random.Next(2) == 0 ? random.Next(text.Length) : text.Length - 1 - random.Next(1 + (text.Length / 4));
        switch (random.Next(8))
        {
            case 0:
                text = [.. text];
                text[at] = (byte)random.Next(256);
                return text;
            case 1:
                text = [.. text];
                text[at] ^= (byte)(1 << random.Next(8));
                return text;
            case 2:
                return Replace(text, at, Math.Min(text.Length, at + random.Next(1, 16)), []);
            case 3:
                return Replace(text, at, at, Piece());
            case 4:
                return text[..at];
            case 5 when other.Length > 0:
                var from = random.Next(other.Length);
                return Replace(text, at, text.Length, other[from..]);
            default:
                text = [.. text];
                text[at] = "0123456789\"{}[]\\"u8[random.Next(16)];
                return text;
        }
    }

    /// <summary>Mutates what a string holds: JSON in a string, or bytes in base64.</summary>
    private byte[] Inner(byte[] text, JsonSpan at, ReadOnlySpan<byte> other, int level)
    {
        var quoted = text.AsSpan(at.Start..at.End);
        if (quoted.Length > 8 && Base64.IsValid(quoted[1..^1]))
        {
            var bytes = Convert.FromBase64String(Encoding.ASCII.GetString(quoted[1..^1]));
            return Replace(text, at.Start, at.End, Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(Once(bytes, other, level + 1))}\""));
        }

        try
        {
            var inner = Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<string>(quoted) ?? "");
            return Replace(text, at.Start, at.End, JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(Once(inner, other, level + 1))));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return OnBytes(text, other); // broken already
        }
    }

    /// <summary>Makes a value long, or deep.</summary>
    private byte[] Swollen(byte[] text, JsonSpan at)
    {
        var unit = text.AsSpan(at.Start..at.End);
        var bytes = random.Next(MaxValueBytes - Math.Min(MaxValueBytes - 1, text.Length));
        var count = bytes / (unit.Length + 1);
        var grown = new MemoryStream();
        switch (random.Next(4))
        {
            case 0:
                grown.Write("[\""u8[..1]);
                for (var i = 0; i < count; i++)
                {
                    grown.Write(unit);
                    grown.WriteByte((byte)',');
                }
                grown.Write("0]"u8);
                break;
            case 1:
                grown.Write(Enumerable.Repeat((byte)'[', bytes / 2).ToArray());
                grown.Write(Enumerable.Repeat((byte)']', bytes / 2).ToArray());
                break;
            case 2:
                grown.WriteByte((byte)'{');
                for (var i = 0; i < count; i++)
                {
                    grown.Write(Encoding.ASCII.GetBytes($"\"m{random.Next()}\":"));
                    grown.Write(unit);
                    grown.WriteByte((byte)',');
                    if (grown.Length > bytes)
                        break;
                }
                grown.Write("\"m\":0}"u8);
                break;
            default:
                grown.Write(Enumerable.Repeat((byte)'7', bytes).ToArray());
                break;
        }

        return Replace(text, at.Start, at.End, grown.ToArray());
    }

    private JsonSpan Pick(List<JsonSpan> values) =>
        values[random.Next(2) == 0 ? random.Next(values.Count) : values.Count - 1 - random.Next(1 + (values.Count / 4))];

    private byte[] Piece() => Pieces[random.Next(Pieces.Length)];

    private static int Behind(ReadOnlySpan<byte> text, int end) => end < text.Length && text[end] == ',' ? end + 1 : end;

    private static byte[] Replace(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> by) =>
        text.Length - (end - start) + by.Length > MaxValueBytes ? text.ToArray() : [.. text[..start], .. by, .. text[end..]];
}
