using AuditStream.Core.Sink;
using AuditStream.Simulation.Faults;

namespace AuditStream.Simulation.Model;

/// <summary>The store's port over the model: a transaction takes its time beside the loop, and its answer may be lost on the way.</summary>
internal sealed class ModelStore(ModelProcess process, ModelDatabase database) : IAuditStore
{
    private static readonly TimeSpan longestWrite = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan longestSilence = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<StoreResult>();
        cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        var (rows, letters) = (batch.Events.ToArray(), batch.DeadLetters.ToArray());
        var isLost = process.At(Call.StoreWrite, isAfter: false)?.Kind == FaultKind.LostRequest;
        Fault? fault = null;
        if (isLost || database.IsDown)
            process.Broker.After(process.Broker.Up(longestSilence), () => Answer(() => answer.TrySetException(Lost())));
        else
            process.Broker.After(process.Broker.Up(longestWrite), Carry);
        fault = process.At(Call.StoreWrite, isAfter: true);
        return answer.Task;

        void Carry()
        {
            // What a dead process has sent is carried out or not: nobody knows.
            if (process.IsDead && process.Random.Next(2) == 0)
                return;
            var result = database.Write(rows, letters);
            if (fault?.Kind == FaultKind.RepeatedRequest)
                result = database.Write(rows, letters);
            if (fault?.Kind == FaultKind.LostResponse)
                process.Broker.After(process.Broker.Up(longestSilence), () => Answer(() => answer.TrySetException(Lost())));
            else
                Answer(() => answer.TrySetResult(result));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StoreException Lost() =>
        new(StoreErrorClass.Transient, "connection", "Writing a batch failed: the connection was lost.", innerException: null);

    private void Answer(Action answer)
    {
        answer();
        process.Broker.Changed();
    }
}
