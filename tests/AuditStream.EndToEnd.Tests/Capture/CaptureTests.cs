using System.Text;
using AuditStream.Demo;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.Capture;

/// <summary>Captures the demo's messages from real connectors: one with schemas in its messages, one without.</summary>
public sealed class CaptureTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Shop = new()
    {
        ["name"] = "shop",
        ["topic.prefix"] = "shop",
        ["slot.name"] = "shop",
        ["publication.name"] = "shop_publication",
        ["schema.include.list"] = "shop",
        ["key.converter.schemas.enable"] = "true",
        ["value.converter.schemas.enable"] = "true",
        ["heartbeat.interval.ms"] = "4000",
    };

    private static readonly Dictionary<string, string> Bank = new()
    {
        ["name"] = "bank",
        ["topic.prefix"] = "bank",
        ["slot.name"] = "bank",
        ["publication.name"] = "bank_publication",
        ["schema.include.list"] = "bank",
        ["key.converter.schemas.enable"] = "false",
        ["value.converter.schemas.enable"] = "false",
        ["decimal.handling.mode"] = "string",
    };

    [CaptureFact]
    public async Task Captures_the_messages_of_a_little_shop()
    {
        var folder = CaptureFactAttribute.Folder.ShouldNotBeNull();
        await using var postgres = await ThrowAwayPostgres.StartNewAsync(new() { LogicalReplication = true }, CancellationToken.None);
        var database = await SourceDatabase.CreateAsync(postgres, "shop");
        await database.ExecuteAsync(ShopWorkload.Setup);
        await using var kafka = await KafkaCluster.StartAsync();
        await using var connector = new DebeziumConnector(kafka, postgres, "shop", Shop, Bank);
        await connector.StartAsync();

        foreach (var transaction in ShopWorkload.Transactions)
            await database.ExecuteAsync(transaction);
        await database.ExecuteAsync(ShopWorkload.RolledBack);
        await Eventually.HoldsAsync("the last changes on their topics", Limit, () =>
            Count(kafka, "shop.shop.customers", "\"loyalty_points\":400") > 0 && Count(kafka, "bank.bank.transfers", "Refund of order 1001") > 0
            && Count(kafka, "__debezium-heartbeat.shop", "ts_ms") > 1);
        await connector.StopAsync();

        Directory.CreateDirectory(folder);
        foreach (var own in new[] { Shop, Bank })
        {
            var prefix = own["topic.prefix"];
            var topics = TopicReader.Topics(kafka.BootstrapServers)
                .Where(topic => topic.StartsWith(prefix + ".", StringComparison.Ordinal) || topic.EndsWith("." + prefix, StringComparison.Ordinal));
            var records = TopicReader.ReadAll(kafka.BootstrapServers, topics);
            records.ShouldNotBeEmpty();
            CapturedFile.Write(Path.Combine(folder, prefix + ".jsonl"), records);
            CapturedFile.WriteProperties(Path.Combine(folder, prefix + ".connector.properties"), DebeziumConnector.Defaults, own);
        }
    }

    private static int Count(KafkaCluster kafka, string topic, string text) =>
        TopicReader.ReadAll(kafka.BootstrapServers, topic)
            .Count(record => record.Value is { } value && Encoding.UTF8.GetString(value).Contains(text, StringComparison.Ordinal));
}
