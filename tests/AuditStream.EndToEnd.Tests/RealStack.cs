using AuditStream.Demo;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests;

/// <summary>A real Kafka and a real PostgreSQL with a logical log, shared by the tests of a class.</summary>
public sealed class RealStack : IAsyncLifetime
{
    private KafkaCluster? _kafka;
    private ThrowAwayPostgres? _postgres;

    /// <summary>The broker.</summary>
    public KafkaCluster Kafka => _kafka ?? throw new InvalidOperationException("The real Kafka is missing on this machine.");

    /// <summary>The server of sources and stores.</summary>
    public ThrowAwayPostgres Postgres => _postgres ?? throw new InvalidOperationException("PostgreSQL is missing on this machine.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (SharedFolder.KafkaScript is null || !ThrowAwayPostgres.IsAvailable)
            return; // the tests are skipped then
        var kafka = KafkaCluster.StartAsync(
            brokers: 1, port: null, "message.max.bytes=33554432", "replica.fetch.max.bytes=33554432", "log.cleaner.backoff.ms=200");
        var postgres = ThrowAwayPostgres.StartNewAsync(new() { LogicalReplication = true }, CancellationToken.None);
        _kafka = await kafka;
        _postgres = await postgres;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_kafka is not null)
            await _kafka.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}
