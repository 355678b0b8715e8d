using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Lets a run begin only when its store is there, migrated, and made with this run's identity key.</summary>
/// <remarks>While the server is not there it waits without limit: a service may be started before its database.</remarks>
public sealed class StoreGate(AuditStreamOptions options, Readiness readiness, TimeProvider time, ILogger<StoreGate> logger)
{
    private const string Part = "postgresql";
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the store may be written to.</summary>
    public Task Passed => passed.Task;

    /// <summary>Waits until the store may be written to.</summary>
    /// <param name="fingerprint">The fingerprint of this run's identity key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreException">Systemic: somebody must mend it; the message says what to do.</exception>
    public async Task PassAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(Part, readiness, time, logger);
        var check = new StoreCheck(EdgeSettings.Writer(options));
        await using (check.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    await check.RequireAsync(fingerprint, cancellationToken).ConfigureAwait(false);
                    break;
                }
                catch (StoreException exception) when (exception.ErrorClass == StoreErrorClass.Transient)
                {
                    waiting.For("PostgreSQL (Postgres:ConnectionString)", exception.Message);
                }
                await Task.Delay(BetweenAttempts, time, cancellationToken).ConfigureAwait(false);
            }
        }
        waiting.IsOver();
        passed.TrySetResult();
    }
}
