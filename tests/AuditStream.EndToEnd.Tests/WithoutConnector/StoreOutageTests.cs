using System.Globalization;
using AuditStream.Demo;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>PostgreSQL goes away under load and comes back: no dead letter, nothing lost, and the product catches up by itself.</summary>
[Collection(RealStackCollection.Name)]
public sealed class StoreOutageTests(RealStack stack)
{
    /// <summary>How long PostgreSQL is away in the ordinary run; <c>AUDITSTREAM_OUTAGE_SECONDS</c> says otherwise (30 for the full proof).</summary>
    private const int OutageSeconds = 10;

    private static readonly TimeSpan Load = TimeSpan.FromSeconds(1.5);

    [RealKafkaAndPostgresFact]
    public async Task PostgreSQL_stopped_under_load_costs_nothing_but_time()
    {
        await using var server = await ThrowAwayPostgres.StartNewAsync(new(), CancellationToken.None);
        var store = await SourceDatabase.CreateAsync(server, "audit_outage");
        var pipeline = Items.Pipeline(stack.Kafka.BootstrapServers, store, "outage");
        await Items.CreateTopicAsync(stack.Kafka, "outage");
        await pipeline.MigrateAsync();
        using var producer = new RawProducer(stack.Kafka.BootstrapServers, Items.Topic("outage"));
        await using var process = pipeline.Start();
        await process.ReadyAsync();

        await producer.LoadForAsync(Load);
        await server.StopAsync(PostgresStopMode.Immediate, CancellationToken.None);
        await producer.LoadForAsync(Outage());
        process.HasExited.ShouldBeFalse(process.Output.Tail());
        await server.StartAsync(CancellationToken.None);
        await producer.LoadForAsync(Load);

        await pipeline.CaughtUpAsync(stack.Kafka, process, Items.Topic("outage"));
        await Items.AssertEachOnceAsync(pipeline, producer.Last);
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private static TimeSpan Outage() => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("AUDITSTREAM_OUTAGE_SECONDS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : OutageSeconds);
}
