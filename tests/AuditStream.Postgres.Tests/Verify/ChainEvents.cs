using System.Globalization;
using System.Text;
using AuditStream.Core.Identity;
using AuditStream.Core.Sink;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>Events whose columns are what their bodies say, the same for the same number.</summary>
internal static class ChainEvents
{
    /// <summary>2026-02-25T00:00:00Z: some hours before a month ends.</summary>
    public const long Start = 1_771_977_600_000;

    /// <summary>How far apart events are: one of each hour.</summary>
    public const long StepMilliseconds = 3_600_000;

    public static AuditRow Row(long number, int shard = 0) => RowAt(number, Start + (number * StepMilliseconds), shard);

    /// <summary>An event of an instant in milliseconds.</summary>
    public static AuditRow RowAt(long number, long instant, int shard)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{shard}/{number}");
        var uid = Rows.Hash("uid " + text);
        var id = EventIdentity.IdOf(instant, uid);
        var key = string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{number}}"}""");
        var time = DateTimeOffset.FromUnixTimeMilliseconds(instant).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var body = string.Create(CultureInfo.InvariantCulture, $$$"""
            {"actor":"ann","after":{"amount":"{{{number}}}"},"changed":["amount","state"],"event_id":"{{{id}}}","key":{{{key}}},"occurred_at":"{{{time}}}",
            """) + string.Create(CultureInfo.InvariantCulture, $$$"""
            "operation":"update","source":{"name":"shop","position":"{{{number}}}","schema":"public","table":"orders"},"transaction":{"id":"tx-{{{number}}}"}}
            """).Trim();
        return new AuditRow
        {
            EventId = id,
            OccurredAtMilliseconds = instant,
            Operation = "update",
            Source = "shop",
            Schema = "public",
            Table = "orders",
            Key = key,
            KeyHash = Rows.Hash(key),
            Changed = ["amount", "state"],
            TransactionId = string.Create(CultureInfo.InvariantCulture, $"tx-{number}"),
            Actor = "ann",
            SourcePosition = number.ToString(CultureInfo.InvariantCulture),
            FactHash = Rows.Hash("facts " + text),
            FactScheme = 1,
            EventUid = uid,
            Shard = shard,
            StreamOffset = number,
            Body = Encoding.UTF8.GetBytes(body),
        };
    }

    /// <summary>A batch of events of several shards.</summary>
    public static StoreBatch Batch(int first, int count, params int[] shards) =>
        Rows.Batch(Enumerable.Range(first, count).SelectMany(number => shards.Select(shard => Row(number, shard))));
}
