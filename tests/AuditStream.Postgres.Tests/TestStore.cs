using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Postgres.Tests;

/// <summary>A store with its instruments.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TestStore(PostgresOptions options)
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        Metrics = new StoreMetrics(Meters);
        Store = new PostgresAuditStore(options, Rows.Topic, Metrics, TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
    }

    public IMeterFactory Meters { get; }

    public StoreMetrics Metrics { get; }

    public PostgresAuditStore Store { get; }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _services.DisposeAsync();
    }
}
