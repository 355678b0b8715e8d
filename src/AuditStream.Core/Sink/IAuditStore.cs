namespace AuditStream.Core.Sink;

/// <summary>Where the sink writes. One owner at a time; not thread-safe.</summary>
public interface IAuditStore : IAsyncDisposable
{
    /// <summary>Writes a batch in one transaction, or nothing of it. Idempotent: what is there already is counted, never written again.</summary>
    /// <exception cref="StoreException">The environment is broken: see its class. Nothing was written, or it is not known whether the
    /// commit went through; the same batch may be written again in either case.</exception>
    Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken);
}
