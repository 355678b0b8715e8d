using System.Text;
using AuditStream.Testing;
using Xunit.Abstractions;

namespace AuditStream.EndToEnd.Tests.Deployment;

/// <summary>compose/ without its containers: what its README tells people to do shows what it says.</summary>
[Collection(RealStackCollection.Name)]
public sealed class ComposedStackTests(RealStack real, ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What the README's change looks like: operation, changed, changes.</summary>
    private static readonly string[] Update =
    [
        "update", "{note,state}",
        """[{"field":"note","new":null,"old":"Please ring twice","type":"string"},{"field":"state","new":"paid","old":"open","type":"string"}]""",
    ];

    [RealConnectorAndRegistryFact]
    public async Task The_five_commands_show_what_the_readme_says()
    {
        await using var registry = await SchemaRegistry.StartNewAsync();
        await using var stack = await ComposedStack.StartAsync(real.Kafka, new() { Settings = { ["SCHEMAREGISTRY:URL"] = registry.Url } });
        var connecting = stack.Connector.StartAsync();
        output.WriteLine(await stack.RunToEndAsync("migrate"));
        await using var process = stack.Start();
        await Task.WhenAll(connecting, process.ReadyAsync());
        output.WriteLine(await stack.RunToEndAsync("auditstream", ["health"], beside: process));

        await stack.Source.ExecuteAsync(ReadmeCommands.Sql("source"));
        IReadOnlyList<string[]> history = [];
        await process.HoldsAsync("the history of the changed row", Limit, async () => (history = await stack.AskAsync("auditor", ReadmeCommands.Sql("store"))).Count == 2);
        foreach (var row in history)
            output.WriteLine(string.Join(" | ", row));
        history[0][1].ShouldBe("snapshot");
        history[1][1..].ShouldBe(Update);
        (await stack.Store.ScalarAsync<long>("select count(*) from audit.event where body::text like '%1111 1111%'")).ShouldBe(0);
        (await stack.Store.ScalarAsync<long>("""select count(*) from audit.event where body::text like '%"card_number":"***"%'""")).ShouldBe(2);

        var values = TopicReader.ReadAll(real.Kafka.BootstrapServers, "shop.public.orders").Select(record => Encoding.UTF8.GetString(record.Value ?? "null"u8.ToArray()));
        var explained = await stack.RunToEndAsync("auditstream", ["explain", "--topic", "shop.public.orders", stack.FileWith("orders.jsonl", values)]);
        explained.ShouldContain("paid");

        output.WriteLine(await stack.RunToEndAsync("auditstream", ["check"]));
        await HeartbeatsMoveTheSlotAsync(stack);
        await ReplayAsync(stack, process);
    }

    [RealConnectorAndRegistryFact]
    public async Task The_connector_with_avro_gives_the_same_history()
    {
        await using var registry = await SchemaRegistry.StartNewAsync();
        await using var stack = await ComposedStack.StartAsync(real.Kafka, new()
        {
            ConnectorFile = ConnectorFile.Avro,
            Connector =
            {
                ["topic.prefix"] = "avro_shop",
                ["key.converter.apicurio.registry.url"] = $"{registry.Root}/apis/registry/v2",
                ["value.converter.apicurio.registry.url"] = $"{registry.Root}/apis/registry/v2",
            },
            Settings =
            {
                ["APPLICATIONID"] = "avro_shop_audit",
                ["RAW:PATTERN"] = @"avro_shop\..+",
                ["FINAL:TOPIC"] = "avro.events",
                ["FINAL:DEADLETTERTOPIC"] = "avro.events.dlq",
                ["SCHEMAREGISTRY:URL"] = registry.Url,
                ["SOURCES:0:REPLACENULLWITHDEFAULT"] = "true", // as avro.env says
            },
        });
        var connecting = stack.Connector.StartAsync();
        await stack.RunToEndAsync("migrate");
        await using var process = stack.Start();
        await connecting;
        await stack.Source.ExecuteAsync(ReadmeCommands.Sql("source"));
        IReadOnlyList<string[]> history = [];
        await process.HoldsAsync("the history of the changed row", Limit, async () => (history = await stack.AskAsync("auditor", ReadmeCommands.Sql("store"))).Count == 2);
        history[1][1..].ShouldBe(Update);
        (await stack.Store.ScalarAsync<long>("select count(*) from audit.dead_letter")).ShouldBe(0);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    [RealConnectorFact]
    public async Task A_slot_that_somebody_made_again_stops_the_connector_instead_of_leaving_a_hole()
    {
        await using var stack = await ComposedStack.StartAsync(real.Kafka, new()
        {
            Connector = { ["topic.prefix"] = "made_again", ["slot.max.retries"] = "1", ["slot.retry.delay.ms"] = "500" },
        });
        await stack.Connector.StartAsync();
        await HasKeptAPositionAsync(stack);
        await stack.Connector.StopAsync();
        await stack.Source.ExecuteAsync("select pg_drop_replication_slot('shop')");
        await stack.Source.ExecuteAsync("update orders set state = 'paid' where id = 1001");
        await stack.Source.ExecuteAsync("select pg_create_logical_replication_slot('shop', 'pgoutput')");
        // It says for a moment that it runs, so that its start may look like one.
        _ = await Record.ExceptionAsync(stack.Connector.StartAsync);
        await Eventually.HoldsAsync("the connector to give up", Limit, () =>
            stack.Connector.Log.Contains("Task is being killed and will not recover", StringComparison.Ordinal), () => stack.Connector.Log);
        stack.Connector.Log.ShouldContain("this is no longer available on the server");
    }

    // A connector that stops before its first position was kept begins with a snapshot, and has nothing to miss.
    private static async Task HasKeptAPositionAsync(ComposedStack stack)
    {
        var position = await stack.Source.ScalarAsync<string>("select pg_current_wal_lsn()::text") ?? "";
        await stack.Source.ExecuteAsync("update orders set note = 'seen' where id = 1001");
        await Eventually.HoldsAsync("the connector to confirm a change", Limit, () => stack.Connector.HasConfirmedAsync("shop", position), () => stack.Connector.Log);
    }

    // Nothing of the shop changes, and still the source may forget its log.
    private static async Task HeartbeatsMoveTheSlotAsync(ComposedStack stack)
    {
        await stack.Source.ExecuteAsync("create schema quiet; create table quiet.busy as select generate_series(1, 1000) as n");
        var position = await stack.Source.ScalarAsync<string>("select pg_current_wal_lsn()::text") ?? "";
        await Eventually.HoldsAsync("the slot to move without a change in the shop", Limit, () => stack.Connector.HasConfirmedAsync("shop", position), () => stack.Connector.Log);
    }

    private async Task ReplayAsync(ComposedStack stack, AuditStreamProcess process)
    {
        const string Checksum = "select count(*) || ' ' || md5(string_agg(md5(e::text || e.xmin || e.ctid), '' order by event_id)) from audit.event e"
            + " where operation <> 'ledger'";
        await stack.Connector.StopAsync();
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        var before = await stack.Store.ScalarAsync<string>(Checksum) ?? "";
        var events = await stack.Store.ScalarAsync<long>("select count(*) from audit.event where operation <> 'ledger'");
        await real.Kafka.ToolAsync("groups", ReadmeCommands.ResetGroup());
        await using var again = stack.Start();
        await again.HoldsAsync("the replay to be stored", Limit, async () =>
            await again.AnswersAsync("/metrics") && (await again.MetricsAsync()).Sum("auditstream_sink_rows_total", "result=\"duplicate\"") >= events);
        (await stack.Store.ScalarAsync<string>(Checksum)).ShouldBe(before);
        (await stack.Store.ScalarAsync<long>("select count(*) from audit.dead_letter")).ShouldBe(0);
        await Pipeline.StopCleanlyAsync(again, PosixSignal.Terminate);
        output.WriteLine($"{events} events, and the same after the replay");
    }
}
