using AuditStream.Core.Sink;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A store in memory. Faults: exceptions that writes throw, in order; null lets one through.</summary>
internal sealed class FakeStore(FakeBroker broker) : IAuditStore
{
    internal Queue<StoreException?> OnWrite { get; } = new();

    internal List<AuditRow> Events { get; } = [];

    internal List<DeadLetterRow> DeadLetters { get; } = [];

    internal int Batches { get; private set; }

    internal bool IsDisposed { get; private set; }

    /// <summary>True: writes answer nothing until they are cancelled.</summary>
    internal bool Hangs { get; set; }

    public Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        lock (broker.Calls)
            broker.Calls.Add(FormattableString.Invariant($"write {batch.Events.Count + batch.DeadLetters.Count}"));
        if (Hangs)
            return UntilCancelled(cancellationToken);
        if (OnWrite.TryDequeue(out var fault) && fault is not null)
            throw fault;
        Events.AddRange(batch.Events);
        DeadLetters.AddRange(batch.DeadLetters);
        Batches++;
        return Task.FromResult(new StoreResult(batch.Events.Count, 0, 0, 0, batch.DeadLetters.Count));
    }

    private static async Task<StoreResult> UntilCancelled(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<StoreResult>();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
