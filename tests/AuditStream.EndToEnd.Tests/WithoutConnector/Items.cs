using System.Globalization;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A pipeline over the raw topic of <c>public.items</c>, and the question whether each item arrived exactly once.</summary>
internal static class Items
{
    internal static string Topic(string name) => $"{name}.public.items";

    internal static Pipeline Pipeline(string bootstrapServers, SourceDatabase store, string name) => new(bootstrapServers, store, name, new()
    {
        ["Raw:Topics:0"] = Topic(name),
        ["Streams:MaxTransactionRecords"] = "500",
        ["Sink:BatchRows"] = "500",
        ["Raw:MaxRecordBytes"] = "8388608",
    });

    internal static Task CreateTopicAsync(KafkaCluster kafka, string name, int partitions = 3) => kafka.CreateTopicsAsync(
        partitions, [Topic(name)], new Dictionary<string, string> { ["max.message.bytes"] = "8388608" });

    /// <summary>Every item from 1 to the last is in the table and on the final topic, each once, and nothing else is; no dead letter.</summary>
    internal static async Task AssertEachOnceAsync(Pipeline pipeline, long last)
    {
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.dead_letter")).ShouldBe(0);
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.event where operation <> 'ledger'")).ShouldBe(last);
        (await pipeline.Store.ScalarAsync<long>(string.Create(CultureInfo.InvariantCulture,
            $"select count(distinct key) from audit.event where operation = 'insert' and (body -> 'key' ->> 'id')::bigint between 1 and {last}"))).ShouldBe(last);
        var onTopic = pipeline.Events();
        onTopic.Select(record => record.Header("ce_id")).Distinct().LongCount().ShouldBe(last);
        onTopic.LongCount().ShouldBe(last, "an event is on the final topic twice");
    }
}
