using System.Buffers.Binary;
using System.Text;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A pipeline whose final topic is Avro: the schema is at the real registry, others can read it, and the table is the one of a pipeline in
/// JSON.</summary>
[Collection(RealStackCollection.Name)]
public sealed class AvroOutputTests(RealStack stack)
{
    private const string Name = "avro_out";
    private const int AllItems = 300;

    [RealRegistryKafkaAndAvscFact]
    public async Task The_same_records_give_the_same_table_by_way_of_Avro_as_by_way_of_JSON()
    {
        await using var registry = await SchemaRegistry.StartNewAsync();
        await registry.RegisterAsync("other-value", "\"string\""); // so that the id is not the first
        await Items.CreateTopicAsync(stack.Kafka, Name);
        using (var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic(Name)))
            producer.SendItems(AllItems);
        var avro = await PreparedAsync("avro_out_avro");
        avro.Configuration["Final:Format"] = "avro";
        avro.Configuration["SchemaRegistry:Url"] = registry.Url;
        var json = await PreparedAsync("avro_out_json");
        await Task.WhenAll(RunAsync(avro), RunAsync(json));

        const string Bodies =
            "select md5(string_agg(event_id || ' ' || encode(fact_hash, 'hex') || ' ' || body::text, ' ' order by event_id)) from audit.event"
            + " where operation <> 'ledger'";
        (await avro.Store.ScalarAsync<string>(Bodies)).ShouldBe(await json.Store.ScalarAsync<string>(Bodies));

        // What a stranger does: fetches the schema of the id in the record, and reads.
        var records = EventsOf(avro);
        records.ShouldAllBe(record => record.Header("content-type") == "application/avro");
        var ids = records.Select(record => BinaryPrimitives.ReadInt32BigEndian(record.Value.AsSpan(1, 4))).Distinct().ToList();
        var id = ids.ShouldHaveSingleItem();
        id.ShouldBeGreaterThan(1);
        (await registry.GetAsync($"subjects/{avro.FinalTopic}-value/versions/1")).GetProperty("id").GetInt32().ShouldBe(id);
        var schema = (await registry.GetAsync($"schemas/ids/{id}")).GetProperty("schema").GetString().ShouldNotBeNull();
        var read = await AvscEvents.ReadAsync(schema, records.Select(record => record.Value.ShouldNotBeNull()));
        read.ShouldBe(EventsOf(json).Select(record => Encoding.UTF8.GetString(record.Value.ShouldNotBeNull())));
    }

    private List<TopicRecord> EventsOf(Pipeline pipeline) =>
        [.. pipeline.Events().OrderBy(record => record.Header("ce_id"), StringComparer.Ordinal)];

    // One after the other: both make the roles of the same server.
    private async Task<Pipeline> PreparedAsync(string applicationId)
    {
        var store = await SourceDatabase.CreateAsync(stack.Postgres, $"audit_{applicationId}");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, applicationId, new() { ["Raw:Topics:0"] = Items.Topic(Name) });
        await pipeline.MigrateAsync();
        return pipeline;
    }

    private async Task RunAsync(Pipeline pipeline)
    {
        await using var process = pipeline.Start();
        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic(Name));
        await Items.AssertEachOnceAsync(pipeline, AllItems);
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }
}
