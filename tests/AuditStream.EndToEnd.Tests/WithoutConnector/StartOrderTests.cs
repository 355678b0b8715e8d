using AuditStream.Demo;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Started before Kafka and before PostgreSQL are there, the product waits, says for what, and then works.</summary>
[Collection(RealStackCollection.Name)]
public sealed class StartOrderTests
{
    private static readonly TimeSpan SayLimit = TimeSpan.FromSeconds(60);

    [RealKafkaAndPostgresFact]
    public async Task Started_before_Kafka_and_PostgreSQL_it_waits_and_says_for_what()
    {
        await using var server = await ThrowAwayPostgres.StartNewAsync(new(), CancellationToken.None);
        var store = await SourceDatabase.CreateAsync(server, "audit_early");
        var port = KafkaCluster.FindPort();
        var pipeline = Items.Pipeline($"127.0.0.1:{port}", store, "early");
        await pipeline.MigrateAsync();
        await server.StopAsync(PostgresStopMode.Fast, CancellationToken.None);

        await using var process = pipeline.Start();
        await SaysAsync(process, "PostgreSQL");
        await server.StartAsync(CancellationToken.None);
        await SaysAsync(process, "Kafka");
        await using var kafka = await KafkaCluster.StartAsync(brokers: 1, port);
        await Items.CreateTopicAsync(kafka, "early");
        using var producer = new RawProducer(kafka.BootstrapServers, Items.Topic("early"));
        producer.SendItems(500);
        await process.ReadyAsync();
        await pipeline.CaughtUpAsync(kafka, process, Items.Topic("early"));
        await Items.AssertEachOnceAsync(pipeline, producer.Last);
        await Pipeline.AssertLedgerAsync(process);
        await Pipeline.StopCleanlyAsync(process, PosixSignal.Terminate);
    }

    private static async Task SaysAsync(AuditStreamProcess process, string missing)
    {
        await process.HoldsAsync($"auditstream to say that it waits for {missing}", SayLimit, () =>
            Task.FromResult(process.Output.Contains($"Waiting for {missing}")));
        (await process.AnswersAsync("/health/live")).ShouldBeTrue();
        (await process.AnswersAsync("/health/ready")).ShouldBeFalse();
    }
}
