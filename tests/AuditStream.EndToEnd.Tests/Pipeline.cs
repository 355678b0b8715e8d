using System.Globalization;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests;

/// <summary>The product on a real Kafka and a real audit store: its configuration, its processes, and what can be asked from outside.</summary>
internal sealed class Pipeline
{
    private const string WriterPassword = "writer";
    private static readonly TimeSpan MigrateLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly string _writer;

    internal Pipeline(string bootstrapServers, SourceDatabase store, string applicationId, Dictionary<string, string> more)
    {
        Store = store;
        ApplicationId = applicationId;
        BootstrapServers = bootstrapServers;
        _writer = $"service_{store.Name}";
        Configuration = new Dictionary<string, string>(more)
        {
            ["ApplicationId"] = applicationId,
            ["Kafka:BootstrapServers"] = bootstrapServers,
            ["Final:Topic"] = FinalTopic,
            ["Final:DeadLetterTopic"] = DeadLetterTopic,
            ["Final:Partitions"] = "4",

            // The account is written at clean ends only, so that what tests count is exact.
            ["Streams:LedgerIntervalMilliseconds"] = "3600000",
            ["Identity:Key"] = Convert.ToBase64String(Enumerable.Range(1, 32).Select(number => (byte)number).ToArray()),
            ["Postgres:ConnectionString"] =
                $"Host={store.Server.Host};Port={store.Server.Port};Username={_writer};Password={WriterPassword};Database={store.Name}",
            ["Postgres:OwnerConnectionString"] = store.Server.ConnectionString(store.Name),
        };
    }

    /// <summary>How long a clean stop may take: what Fargate gives a container before it kills it.</summary>
    internal static TimeSpan StopBudget { get; } = TimeSpan.FromSeconds(30);

    internal string ApplicationId { get; }

    internal string BootstrapServers { get; }

    internal SourceDatabase Store { get; }

    internal Dictionary<string, string> Configuration { get; }

    internal string FinalTopic => $"{ApplicationId}.events";

    internal string DeadLetterTopic => $"{ApplicationId}.events.dlq";

    internal string SinkGroup => $"{ApplicationId}-sink";

    /// <summary>Creates the store's schema by the product's own command, and the login that the service uses.</summary>
    internal async Task MigrateAsync()
    {
        var (exitCode, output) = await AuditStreamProcess.RunToEndAsync(["migrate"], Configuration, MigrateLimit);
        exitCode.ShouldBe(0, output.Tail());
        await Store.ExecuteAsync($"create role {_writer} login password '{WriterPassword}' in role audit_writer");
    }

    internal AuditStreamProcess Start() => AuditStreamProcess.Start(["run"], Configuration);

    /// <summary>Waits until every record of the raw topics is processed and everything on the product's own topics is in the store.</summary>
    internal Task CaughtUpAsync(KafkaCluster kafka, AuditStreamProcess process, params IReadOnlyCollection<string> rawTopics) =>
        process.HoldsAsync("auditstream to catch up", CatchUpLimit, async () =>
            await kafka.LagAsync(ApplicationId, rawTopics) == 0
            && !await kafka.HasOpenTransactionAsync([FinalTopic, DeadLetterTopic])
            && await StoredAsync() == Committed());

    /// <summary>How many rows the store holds: events, dead letters, divergences; without the pipeline's own account.</summary>
    internal async Task<long> StoredAsync() => await Store.ScalarAsync<long>(
        "select (select count(*) from audit.event where operation <> 'ledger') + (select count(*) from audit.dead_letter) + (select count(*) from audit.divergence)");

    /// <summary>The committed events on the final topic, without the pipeline's own account.</summary>
    internal List<TopicRecord> Events() => [.. TopicReader.ReadAll(BootstrapServers, FinalTopic).Where(record => !IsLedger(record))];

    /// <summary>How many committed records the product's topics hold: each event and each dead letter once.</summary>
    internal long Committed() => TopicReader.ReadAll(BootstrapServers, FinalTopic, DeadLetterTopic).Where(record => !IsLedger(record))
        .Select(record => record.Header("ce_id") ?? $"{record.Partition} {record.Offset}").Distinct().LongCount();

    /// <summary>One text that changes when any row of the table changes, goes, comes, or is written again, but for the pipeline's own account.</summary>
    internal async Task<string> ChecksumAsync() => await Store.ScalarAsync<string>(
        "select count(*) || ' ' || md5(string_agg(md5(e::text || e.tableoid || e.xmin || e.ctid), '' order by event_id)) from audit.event e"
        + " where operation <> 'ledger'") ?? "";

    private static bool IsLedger(TopicRecord record) => record.Header("ce_type") == "auditstream.ledger";

    /// <summary>Each consumed record has one outcome: the sums of this process agree.</summary>
    /// <returns>How many raw records were consumed.</returns>
    internal static async Task<decimal> AssertLedgerAsync(AuditStreamProcess process)
    {
        var metrics = await process.MetricsAsync();
        var consumed = metrics.Sum("auditstream_records_consumed_total");
        var emitted = metrics.Sum("auditstream_records_emitted_total");
        var deadLettered = metrics.Sum("auditstream_records_dead_lettered_total");
        var skipped = metrics.Sum("auditstream_records_skipped_total");
        (emitted + deadLettered + skipped).ShouldBe(consumed, string.Create(CultureInfo.InvariantCulture,
            $"{emitted} emitted + {deadLettered} dead letters + {skipped} skipped are not the {consumed} consumed"));
        metrics.Sum("auditstream_ledger_breaches_total").ShouldBe(0);
        return consumed;
    }

    /// <summary>Asks for an end and expects a clean one within the budget.</summary>
    internal static async Task StopCleanlyAsync(AuditStreamProcess process, int signal)
    {
        var (exitCode, took) = await process.StopAsync(signal, StopLimit);
        exitCode.ShouldBe(0, process.Output.Tail());
        took.ShouldBeLessThan(StopBudget);
    }
}
