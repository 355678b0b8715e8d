using System.Runtime.ExceptionServices;

namespace AuditStream.Streams.Loop;

/// <summary>Keeps what goes wrong where nothing may be thrown: in a rebalance, which must be finished whatever happens.</summary>
internal sealed class KeptFailure
{
    private Exception? first;

    /// <summary>Does something, and keeps the first exception.</summary>
    internal void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Nothing is swallowed: Throw throws it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            first ??= exception;
        }
    }

    /// <summary>Throws what was kept, once.</summary>
    internal void Throw()
    {
        if (Interlocked.Exchange(ref first, null) is { } exception)
            ExceptionDispatchInfo.Throw(exception);
    }

    /// <summary>What was kept is of no meaning any more.</summary>
    internal void Forget() => first = null;
}
