using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Sink;

namespace AuditStream.Postgres.Tests;

/// <summary>Events for tests, the same for the same number.</summary>
internal static class Rows
{
    public const string Topic = "audit.events";

    /// <summary>2026-03-01T00:00:00Z.</summary>
    public const long Start = 1_772_323_200_000;

    public static AuditRow Row(long number, long? occurredAt = null, string? body = null, string key = "1", string position = "100")
    {
        var instant = occurredAt ?? Start + number;
        var uid = Hash($"uid {number}");
        var keyText = $$"""{"id":"{{key}}"}""";
        return new AuditRow
        {
            EventId = IdOf(instant, uid),
            OccurredAtMilliseconds = instant,
            Operation = "update",
            Source = "shop",
            Schema = "public",
            Table = "orders",
            Key = keyText,
            KeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(keyText)),
            Changed = ["amount", "state"],
            TransactionId = "tx-" + number.ToString(CultureInfo.InvariantCulture),
            Actor = null,
            SourcePosition = position,
            FactHash = Hash($"facts {number}"),
            FactScheme = 1,
            EventUid = uid,
            Shard = 3,
            StreamOffset = number,
            Body = Encoding.UTF8.GetBytes(body ?? $$"""{"event":{{number}},"source":{"incarnation":1} }"""),
        };
    }

    public static StoreBatch Batch(params IEnumerable<AuditRow> rows)
    {
        var batch = new StoreBatch();
        batch.Events.AddRange(rows);
        return batch;
    }

    public static StoreBatch Batch(int first, int count) => Batch(Enumerable.Range(first, count).Select(number => Row(number)));

    public static DeadLetterRow DeadLetter(long offset, string stage = "normalize", string reason = "not-json", byte[]? value = null) => new()
    {
        Stage = stage,
        Reason = reason,
        Message = "It is not JSON.",
        Topic = "raw.orders",
        Partition = 1,
        Offset = offset,
        TimestampMilliseconds = Start,
        Key = [0, 255],
        Value = value,
        HeadersJson = """[["a","AP8="],["a",null]]""",
    };

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static Guid IdOf(long instant, byte[] uid)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, instant << 16);
        uid.AsSpan(0, 10).CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
