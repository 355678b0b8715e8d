using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Sink;

namespace AuditStream.Bench;

/// <summary>Events as the sink hands them to the store: about 1.5 kB of body, ids that begin with the time, 100,000 rows changing in random
/// order.</summary>
internal static class StoreRows
{
    private const int DistinctRows = 100_000;
    private const long Start = 1_772_323_200_000;

    public static StoreBatch Batch(int first, int count)
    {
        var batch = new StoreBatch();
        for (var number = first; number < first + count; number++)
            batch.Events.Add(Row(number));
        return batch;
    }

    private static AuditRow Row(int number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var uid = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var id = (BinaryPrimitives.ReadUInt32BigEndian(uid) % DistinctRows).ToString(CultureInfo.InvariantCulture);
        var key = $$"""{"id":"{{id}}"}""";
        var instant = Start + number / 4;
        var image = string.Join(',', Enumerable.Range(0, 12).Select(column => $"\"column_{column}\":\"value {column} of row {id} in change {text}\""));
        var eventId = IdOf(instant, uid);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(instant).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new AuditRow
        {
            EventId = eventId,
            OccurredAtMilliseconds = instant,
            Operation = "update",
            Source = "shop",
            Schema = "public",
            Table = "orders",
            Key = key,
            KeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
            Changed = ["column_3", "column_7"],
            TransactionId = text,
            Actor = null,
            SourcePosition = text,
            FactHash = SHA256.HashData(uid),
            FactScheme = 1,
            EventUid = uid,
            Shard = number % 6,
            StreamOffset = number,
            Body = Encoding.UTF8.GetBytes($$"""{"after":{{{image}}},"before":{{{image}}},"changed":["column_3","column_7"],"event_id":"{{eventId}}","key":{{key}},"""
                + $$"""
                "occurred_at":"{{time}}","operation":"update","source":{"incarnation":1,"name":"shop","position":"{{text}}","schema":"public","table":"orders"},
                """ + $$$"""
                "transaction":{"id":"{{{text}}}"}}
                """),
        };
    }

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
