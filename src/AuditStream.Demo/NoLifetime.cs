using Microsoft.Extensions.Hosting;

namespace AuditStream.Demo;

/// <summary>The host's lifetime in the demo: signals belong to the demo, which ends the host when its own work is done.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
