using System.Globalization;
using System.Text;
using AuditStream.Demo;
using AuditStream.Testing;
using Xunit.Abstractions;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>A real source, a real connector, a real Kafka, the product as a process, the audit table: what the triggers saw is what is stored.</summary>
[Collection(RealStackCollection.Name)]
public sealed class RealConnectorTests(RealStack stack, ITestOutputHelper output)
{
    /// <summary>Another seed for both workloads and the moments of SIGKILL, to look for what the fixed ones do not show.</summary>
    private const string SeedVariable = "AUDITSTREAM_SEED";

    private const int HistoryRows = 40;
    private const int MaxRecordsBeforeKill = 1_500;
    private static readonly TimeSpan ConnectorLimit = TimeSpan.FromSeconds(120);

    [RealConnectorFact]
    public Task Every_row_change_of_a_real_connector_is_in_the_table_exactly_once() => RunAsync("plain", SeedOr(20260101), kills: 0);

    [RealConnectorFact]
    public Task Killed_at_random_moments_nothing_is_lost_and_nothing_is_there_twice() => RunAsync("killed", SeedOr(20260102), kills: 3);

    private static int SeedOr(int seed) =>
        Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : seed;

    /// <param name="name">The name of everything that this run has for itself.</param>
    /// <param name="seed">The seed of the workload.</param>
    /// <param name="kills">How often SIGKILL comes, in the middle of work.</param>
    private async Task RunAsync(string name, int seed, int kills)
    {
        var source = await SourceDatabase.CreateAsync(stack.Postgres, $"source_{name}");
        await source.ExecuteAsync(SourceSchema.Tables);
        await source.ExecuteAsync(SourceSchema.FirstRows);
        await source.ExecuteAsync(SourceSchema.Truth);
        var pipeline = new Pipeline(stack.Kafka.BootstrapServers, await SourceDatabase.CreateAsync(stack.Postgres, $"audit_{name}"), name, Configuration(name));
        await using var connector = new DebeziumConnector(stack.Kafka, stack.Postgres, source.Name, Connector(name));
        var connecting = connector.StartAsync();
        await pipeline.MigrateAsync();
        var process = pipeline.Start();
        try
        {
            await Task.WhenAll(connecting, process.ReadyAsync());
            var workload = new Workload(source, seed);
            var working = workload.RunAsync();
            process = await KillAsync(pipeline, process, new Random(seed), kills);
            await working;
            var truth = await TruthRow.ReadAllAsync(source);
            await ConnectorDoneAsync(name, truth, connector);
            await connector.StopAsync();
            await pipeline.CaughtUpAsync(stack.Kafka, process, RawTopics(name));

            var comparison = new Comparison(truth, await StoredEvent.ReadAllAsync(pipeline.Store));
            comparison.Run().ShouldBeEmpty();
            await HistoriesAsync(name, comparison, pipeline);
            await NothingElseAsync(pipeline);
            await NoGapAsync(name, pipeline);
            var consumed = await Pipeline.AssertLedgerAsync(process);
            output.WriteLine($"{workload.Executed} statements, {truth.Count} changes, {comparison.Compared} events compared, {consumed} records in the last process");

            process = await ReplayAsync(pipeline, process, RawTopics(name));
        }
        finally
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Kills the product and starts it again, each time when it has processed a random number of records since its start.</summary>
    private async Task<AuditStreamProcess> KillAsync(Pipeline pipeline, AuditStreamProcess process, Random random, int kills)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            var after = random.Next(MaxRecordsBeforeKill);
            decimal consumed = 0;
            await process.HoldsAsync($"{after} records before SIGKILL", ConnectorLimit, async () =>
                await process.AnswersAsync("/health/live") && (consumed = (await process.MetricsAsync()).Sum("auditstream_records_consumed_total")) > after);
            await process.StopAsync(PosixSignal.Kill, ConnectorLimit);
            await process.DisposeAsync();
            output.WriteLine($"SIGKILL after {consumed} records");
            process = pipeline.Start();
        }
        return process;
    }

    /// <summary>Sets both groups back to the beginning: the same events come again, and the table stays as it is.</summary>
    private async Task<AuditStreamProcess> ReplayAsync(Pipeline pipeline, AuditStreamProcess process, IReadOnlyList<string> rawTopics)
    {
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
        await process.DisposeAsync();
        var before = await pipeline.ChecksumAsync();
        await stack.Kafka.ResetGroupToEarliestAsync(pipeline.ApplicationId, rawTopics);
        await stack.Kafka.ResetGroupToEarliestAsync(pipeline.SinkGroup, pipeline.FinalTopic, pipeline.DeadLetterTopic);

        // The account that the stop has closed is on the topic and not in the table yet: it alone is new there.
        var records = TopicReader.ReadAll(stack.Kafka.BootstrapServers, pipeline.FinalTopic).Count + pipeline.Events().Count;
        var again = pipeline.Start();
        await again.HoldsAsync("the replay to be stored", ConnectorLimit, async () =>
            await stack.Kafka.LagAsync(pipeline.ApplicationId, rawTopics) == 0
            && await SettledAsync(again) == records);
        (await pipeline.ChecksumAsync()).ShouldBe(before);
        await NothingElseAsync(pipeline);
        var total = await Pipeline.AssertLedgerAsync(again);
        total.ShouldBe(TopicReader.ReadAll(stack.Kafka.BootstrapServers, rawTopics).Count);
        await Pipeline.StopCleanlyAsync(again, PosixSignal.Terminate);
        return again;
    }

    /// <summary>The store's own history of a row gives its changes in the order in which they were done.</summary>
    private static async Task HistoriesAsync(string name, Comparison comparison, Pipeline pipeline)
    {
        foreach (var (table, key, events) in comparison.MostChangedRows(HistoryRows))
        {
            var ids = await pipeline.Store.ScalarAsync<Guid[]>(
                $"select array_agg(event_id) from audit.history('{name}', 'app', '{table}', '{key}')");
            ids.ShouldBe(events, $"the history of {table} {key}");
        }
    }

    private static async Task<decimal> SettledAsync(AuditStreamProcess process)
    {
        var metrics = await process.MetricsAsync();
        return metrics.Sum("auditstream_sink_rows_total", "result=\"duplicate\"") + metrics.Sum("auditstream_sink_rows_total", "result=\"inserted\"");
    }

    private static async Task NothingElseAsync(Pipeline pipeline)
    {
        (await pipeline.Store.ScalarAsync<string>("select string_agg(reason || ': ' || message, '; ') from audit.dead_letter")).ShouldBeNull();
        (await pipeline.Store.ScalarAsync<long>("select count(*) from audit.divergence")).ShouldBe(0);
    }

    /// <summary>The source's own counts, which the connector sends with each end, are those of the table.</summary>
    private static async Task NoGapAsync(string name, Pipeline pipeline)
    {
        (await pipeline.Store.ScalarAsync<string>("select string_agg(concat_ws(' ', kind, subject, found, expected, from_offset, to_offset), '; ') "
            + "from audit.gaps(settle => '0')")).ShouldBeNull();
        (await pipeline.Store.ScalarAsync<long>($"select count(*) from audit.event where source = '{name}' and operation = 'transaction'")).ShouldBeGreaterThan(10);
    }

    /// <summary>Waits until the connector has sent the end marker of the last transaction.</summary>
    private async Task ConnectorDoneAsync(string name, List<TruthRow> truth, DebeziumConnector connector)
    {
        var last = $"\"status\":\"END\",\"id\":\"{truth[^1].Transaction.ToString(CultureInfo.InvariantCulture)}:";
        await Eventually.HoldsAsync("the connector's end marker of the last transaction", ConnectorLimit, () =>
            TopicReader.ReadAll(stack.Kafka.BootstrapServers, $"{name}.transaction")
                .Exists(record => record.Value is { } value && Encoding.UTF8.GetString(value).Contains(last, StringComparison.Ordinal)), () => connector.Log);
    }

    private List<string> RawTopics(string name) =>
        [.. TopicReader.Topics(stack.Kafka.BootstrapServers)
            .Where(topic => topic.StartsWith($"{name}.", StringComparison.Ordinal) || topic == $"__debezium-heartbeat.{name}")
            .Where(topic => !topic.StartsWith($"{name}.events", StringComparison.Ordinal))];

    private static Dictionary<string, string> Configuration(string name) => new(
        SourceSchema.FullTables.Select(table => KeyValuePair.Create($"Sources:0:Tables:app.{table}:ReplicaIdentity", "full")))
    {
        ["Raw:Pattern"] = $@"({name}\..+|__debezium-heartbeat\.{name})",
        ["Sources:0:ReplicaIdentity"] = "key",
        ["Sources:0:ReplaceNullWithDefault"] = "false", // as both converters are set
        ["Sources:0:SkippedTables"] = "debezium.signal",
        ["Streams:MaxTransactionRecords"] = "200",
        ["Sink:BatchRows"] = "200",
    };

    /// <summary>The deployed connector under other names: what it loses, these tests would see.</summary>
    private IReadOnlyDictionary<string, string> Connector(string name) => DebeziumConnector.Composed(new Dictionary<string, string>
    {
        ["name"] = name,
        ["topic.prefix"] = name,
        ["slot.name"] = name,
        ["publication.name"] = SourceSchema.Publication,
        ["schema.include.list"] = "app,debezium",
        ["database.user"] = ThrowAwayPostgres.UserName,
        ["database.password"] = stack.Postgres.Password,
    });
}
