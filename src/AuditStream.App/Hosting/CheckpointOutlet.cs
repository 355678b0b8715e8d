using AuditStream.App.Configuration;
using AuditStream.Core.Sink;
using AuditStream.Streams.Ports;

namespace AuditStream.App.Hosting;

/// <summary>One place that checkpoints are passed on to, and those that wait for it: what is away there holds up no other place.</summary>
/// <param name="pass">Passes one on, by its number; called again with the same one after it threw.</param>
/// <param name="tell">Hears why one was not passed on.</param>
/// <param name="leave">Hears the number of one that is not passed on any more, because too many wait behind it.</param>
public sealed class CheckpointOutlet(Func<long, string, CancellationToken, Task> pass, Action<string> tell, Action<long> leave)
{
    /// <summary>How many wait at most; more than eight hours of them at the default interval. Each covers all that those before it do.</summary>
    public const int MaxWaiting = 1_000;

    private readonly Queue<(long Number, string Note)> waiting = new();

    /// <summary>How many wait.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Adds one; the oldest leaves when there is no room.</summary>
    public void Add(long number, string note)
    {
        if (waiting.Count == MaxWaiting)
            leave(waiting.Dequeue().Number);
        waiting.Enqueue((number, note));
    }

    /// <summary>Passes on all that wait, in their order, up to the first that cannot be: it stays and is tried again by the next call.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (waiting.TryPeek(out var next))
            {
                await pass(next.Number, next.Note, cancellationToken).ConfigureAwait(false);
                _ = waiting.Dequeue();
            }
        }
        catch (Exception exception) when (exception is StoreException or ClientException or ConfigurationException
            or IOException or UnauthorizedAccessException)
        {
            tell(exception.Message);
        }
    }
}
