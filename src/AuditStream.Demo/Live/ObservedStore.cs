using System.Threading.Channels;
using AuditStream.Core.Sink;

namespace AuditStream.Demo.Live;

/// <summary>The product's own store, with a look at what it has just committed.</summary>
/// <remarks>Passes everything through. What nobody reads is forgotten: the display never holds up the sink. The pipeline's own account is no change, and
/// is neither shown nor counted.</remarks>
public sealed class ObservedStore(IAuditStore store, ChannelWriter<Arrival> seen, TimeProvider time) : IAuditStore
{
    private long changes;

    /// <summary>How many events of sources are settled in the store: new, there already, diverging, refused.</summary>
    public long Changes => Interlocked.Read(ref changes);

    /// <summary>True for what the pipeline itself says.</summary>
    /// <param name="operation">The event's operation.</param>
    public static bool IsOfPipeline(string operation) => operation is "ledger" or "audit";

    /// <inheritdoc/>
    public async Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var shown = batch.Events.Where(row => !IsOfPipeline(row.Operation)).ToArray();
        foreach (var row in shown)
            _ = seen.TryWrite(new Arrival(now, row, DeadLetter: null));
        Interlocked.Add(ref changes, shown.Length);
        foreach (var row in batch.DeadLetters)
            _ = seen.TryWrite(new Arrival(now, Event: null, row));
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
