using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Two real connectors send the same changes, one in Avro and one in JSON with schemas, under one source name: the table has each change
/// once, and the second arrival of each agrees with the first in every fact.</summary>
[Collection(RealStackCollection.Name)]
public sealed class TwinConnectorsTests(RealStack stack)
{
    private const string Avro = "twinavro";
    private const string Json = "twinjson";

    /// <summary>Eight inserts, two of them halves of key changes; four updates; three deletes, two of them halves.</summary>
    private const int Changes = 15;

    private const int Tombstones = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [RealConnectorAndRegistryFact]
    public async Task What_is_sent_in_avro_is_what_is_sent_in_json()
    {
        await using var registry = await SchemaRegistry.StartNewAsync();
        var source = await SourceDatabase.CreateAsync(stack.Postgres, "source_twins");
        await source.ExecuteAsync(Table);
        var store = await SourceDatabase.CreateAsync(stack.Postgres, "audit_twins");
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, store, "twins", new()
        {
            ["Raw:Pattern"] = $@"({Avro}|{Json})\.app\..+",
            ["Sources:0:Name"] = "twins",
            ["Sources:0:ReplicaIdentity"] = "full",
            ["SchemaRegistry:Url"] = registry.Url,
        });
        await using var connectors = new DebeziumConnector(
            stack.Kafka, stack.Postgres, source.Name, Connector(Json, []), Connector(Avro, Converters(registry)));
        var connecting = connectors.StartAsync();
        await pipeline.MigrateAsync();
        await using var process = pipeline.Start();
        await connecting;

        // The first rows make the topics, and without a topic the service is not ready.
        await source.ExecuteAsync(Work);
        await process.ReadyAsync();
        string[] topics = [$"{Avro}.app.pairs", $"{Json}.app.pairs"];
        foreach (var topic in topics)
        {
            await Eventually.HoldsAsync($"every record of {topic}", Limit,
                () => TopicReader.ReadAll(stack.Kafka.BootstrapServers, topic).Count == Changes + Tombstones, () => connectors.Log);
        }

        await pipeline.CaughtUpAsync(stack.Kafka, process, topics);
        (await store.ScalarAsync<string>("select string_agg(reason || ': ' || message, '; ') from audit.dead_letter")).ShouldBeNull();
        (await store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
        (await store.ScalarAsync<long>("select count(*) from audit.event where operation <> 'ledger'")).ShouldBe(Changes);
        pipeline.Events().Count.ShouldBe(2 * Changes);
        (await process.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"").ShouldBe(Changes);
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private const string Table = """
        create schema app;
        create type app.mood as enum ('sad', 'ok');
        create table app.pairs (
            id bigint primary key, name text not null default 'none', amount numeric(12,3), loose numeric, at timestamptz, day date, stamp timestamp,
            clock time, doc jsonb, raw bytea, tags text[], ratio float8, small smallint, flag boolean, mood app.mood, token uuid, span interval,
            bits bit(12));
        alter table app.pairs replica identity full;
        create publication audited for all tables;
        """;

    private const string Work = """
        insert into app.pairs values (1, 'first', 12.340, 3.1400, '2026-01-02T03:04:05.678901Z', '2026-01-02', '2026-01-02T03:04:05.6789', '03:04:05.5',
            '{"b": [1, 2.50], "a": "é"}', '\x00ff', '{a,"b c",null}', 0.1, -7, true, 'ok', 'b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63', '26 hours',
            b'101010101010');
        insert into app.pairs (id) values (2), (9007199254740993);
        insert into app.pairs (id, name, ratio) values (4, E'quote " back \\ tab \t', 1e300), (5, 'five', 'NaN'), (6, '', -12345678.25);
        update app.pairs set amount = amount + 1, tags = array_append(tags, 'd') where id = 1;
        update app.pairs set name = 'other', flag = false where id = 2;
        update app.pairs set name = name where id = 4;
        update app.pairs set day = 'infinity', at = '0044-03-15T00:00:00Z BC' where id = 5;
        update app.pairs set id = 60 where id = 6;
        update app.pairs set id = 20 where id = 2;
        delete from app.pairs where id = 4;
        """;

    private static Dictionary<string, string> Connector(string name, Dictionary<string, string> more) => new(more)
    {
        ["name"] = name,
        ["topic.prefix"] = name,
        ["slot.name"] = name,
        ["publication.name"] = "audited",
        ["schema.include.list"] = "app",
        ["snapshot.mode"] = "no_data",
        ["provide.transaction.metadata"] = "false",
        ["schema.name.adjustment.mode"] = "avro",
    };

    private static Dictionary<string, string> Converters(SchemaRegistry registry)
    {
        var all = new Dictionary<string, string>();
        foreach (var converter in new[] { "key.converter", "value.converter" })
        {
            all[converter] = "io.apicurio.registry.utils.converter.AvroConverter";
            all[$"{converter}.apicurio.registry.url"] = $"{registry.Root}/apis/registry/v2";
            all[$"{converter}.apicurio.registry.auto-register"] = "true";
            all[$"{converter}.apicurio.registry.find-latest"] = "false";
            all[$"{converter}.apicurio.registry.as-confluent"] = "true";
            all[$"{converter}.apicurio.registry.use-id"] = "contentId";
            all[$"{converter}.apicurio.registry.headers.enabled"] = "false";
        }
        return all;
    }
}
