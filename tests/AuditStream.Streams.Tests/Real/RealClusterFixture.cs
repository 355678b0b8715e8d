using AuditStream.Testing;

namespace AuditStream.Streams.Tests.Real;

/// <summary>One real broker for the tests that need one; started with the first of them.</summary>
public sealed class RealClusterFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private KafkaCluster? cluster;

    /// <summary>The cluster, started when first asked for.</summary>
    public async Task<KafkaCluster> ClusterAsync()
    {
        await gate.WaitAsync();
        try
        {
            return cluster ??= await KafkaCluster.StartAsync(brokers: 1, port: null, "transaction.max.timeout.ms=60000",
                "group.initial.rebalance.delay.ms=0",

                // Nobody is denied anything but by the tests that ask what happens then.
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "allow.everyone.if.no.acl.found=true");
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
        gate.Dispose();
    }
}
