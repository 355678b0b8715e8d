using System.Threading.Channels;
using AuditStream.Core.Sink;

namespace AuditStream.Demo.Live;

/// <summary>The product's own store, with a look at what it has just committed.</summary>
/// <remarks>Passes everything through. What nobody reads is forgotten: the display never holds up the sink.</remarks>
public sealed class ObservedStore(IAuditStore store, ChannelWriter<Arrival> seen, TimeProvider time) : IAuditStore
{
    /// <inheritdoc/>
    public async Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var row in batch.Events)
            _ = seen.TryWrite(new Arrival(now, row, DeadLetter: null));
        foreach (var row in batch.DeadLetters)
            _ = seen.TryWrite(new Arrival(now, Event: null, row));
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
