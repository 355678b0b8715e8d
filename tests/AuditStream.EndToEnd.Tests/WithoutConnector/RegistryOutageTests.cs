using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>The schema registry is away when Avro records come: they wait, others go on, and nothing is refused, lost or repeated.</summary>
[Collection(RealStackCollection.Name)]
public sealed class RegistryOutageTests(RealStack stack)
{
    private const string Avro = "registry_avro";
    private const string Json = "registry_json";
    private const int JsonItems = 100;
    private const int AllItems = 400;
    private const int MoreItems = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [RealRegistryAndKafkaFact]
    public async Task A_registry_that_is_away_costs_nothing_but_time()
    {
        await using var registry = SchemaRegistry.Stopped();
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_registry");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, Avro);
        pipeline.Configuration["Raw:Topics:1"] = Items.Topic(Json);
        pipeline.Configuration["SchemaRegistry:Url"] = registry.Url;
        await Items.CreateTopicAsync(stack.Kafka, Avro);
        await Items.CreateTopicAsync(stack.Kafka, Json);
        await pipeline.MigrateAsync();
        using var avro = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Avro));
        using var json = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Json));
        await using var process = pipeline.Start();
        await process.ReadyAsync();

        await SendAsync(avro, JsonItems + 1, AllItems);
        await process.HoldsAsync("the records to wait", Limit, () => Task.FromResult(
            process.Output.Lines().Any(line => line.Contains("schemas of records", StringComparison.Ordinal))));
        json.SendItems(JsonItems);
        await process.HoldsAsync("the other topic's records", Limit, async () => await pipeline.StoredAsync() == JsonItems);
        (await stack.Kafka.LagAsync(pipeline.ApplicationId, [Items.Topic(Avro)])).ShouldBe(AllItems - JsonItems);

        await registry.StartAsync();
        (await registry.RegisterAsync("items-key", AvroItems.KeySchema)).ShouldBe(1);
        (await registry.RegisterAsync("items-value", AvroItems.EnvelopeSchema)).ShouldBe(2);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Avro), Items.Topic(Json));
        await Items.AssertEachOnceAsync(pipeline, AllItems);

        // What is known needs no registry.
        await registry.StopAsync();
        await SendAsync(avro, AllItems + 1, MoreItems);
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Avro), Items.Topic(Json));
        await Items.AssertEachOnceAsync(pipeline, MoreItems);
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private static Task SendAsync(RawProducer producer, long first, long last) => Task.WhenAll(
        Enumerable.Range((int)first, (int)(last - first + 1)).Select(id => producer.SendAsync(AvroItems.Key(schema: 1, id), AvroItems.Insert(schema: 2, id))));
}
