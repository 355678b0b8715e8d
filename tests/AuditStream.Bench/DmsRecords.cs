using System.Text;
using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Bench;

/// <summary>Debezium's updates as AWS DMS sends them: with transaction details and a before-image.</summary>
internal static class DmsRecords
{
    /// <summary>The topic: its source's key comes from configuration, and its endpoint includes what is null.</summary>
    public const string Topic = "dms.orders";

    /// <summary>A topic whose endpoint leaves out what is null.</summary>
    public const string TopicWithoutNulls = "dms.sparse";

    /// <summary>The same changes.</summary>
    public static RawRecord[] Of(RawRecord[] records) => [.. records.Select(record => Make(record, Topic, (_, _) => true))];

    /// <summary>The same changes, half of all values being null and so left out: hardly two records have the same columns.</summary>
    public static RawRecord[] Sparse(RawRecord[] records)
    {
        var random = new Random(4);
        return
        [
            .. records.Select(record =>
            {
                var missing = random.Next();
                return Make(record, TopicWithoutNulls, (name, place) => name == "id" || ((missing >> place) & 1) == 0);
            }),
        ];
    }

    private static RawRecord Make(RawRecord record, string topic, Func<string, int, bool> isThere)
    {
        var root = JsonSerializer.Deserialize<JsonElement>(record.Value.GetValueOrDefault().Span);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("source").GetProperty("ts_ms").GetInt64());
        var value = new StringBuilder("{\"data\":").Append(Row(root.GetProperty("after"), isThere))
            .Append(",\"before-image\":").Append(Row(root.GetProperty("before"), isThere))
            .Append(",\"metadata\":{\"timestamp\":\"").AppendFormat(null, "{0:yyyy-MM-ddTHH:mm:ss.ffffff}Z", time.AddMilliseconds(90))
            .Append("\",\"record-type\":\"data\",\"operation\":\"update\",\"partition-key-type\":\"schema-table\",\"schema-name\":\"public\",")
            .Append("\"table-name\":\"orders\",\"transaction-id\":").Append(root.GetProperty("source").GetProperty("txId").GetRawText())
            .Append(",\"transaction-record-id\":").Append(record.Offset)
            .Append(",\"commit-timestamp\":\"").AppendFormat(null, "{0:yyyy-MM-ddTHH:mm:ss.ffffff}Z", time)
            .Append("\",\"stream-position\":\"").Append(root.GetProperty("source").GetProperty("lsn").GetRawText()).Append("\"}}");
        return record with { Topic = topic, Key = "public.orders"u8.ToArray(), Value = Encoding.UTF8.GetBytes(value.ToString()) };
    }

    private static string Row(JsonElement row, Func<string, int, bool> isThere) => "{" + string.Join(',', row.EnumerateObject()
        .Where((column, place) => isThere(column.Name, place)).Select(column => $"\"{column.Name}\":{column.Value.GetRawText()}")) + "}";
}
