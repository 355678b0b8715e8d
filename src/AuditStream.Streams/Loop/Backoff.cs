namespace AuditStream.Streams.Loop;

/// <summary>Waiting times that double up to a bound, with jitter: each is between half and the whole of its step.</summary>
internal sealed class Backoff
{
    private readonly TimeSpan first;
    private readonly TimeSpan longest;
    private readonly Random random;
    private TimeSpan step;

    internal Backoff(TimeSpan first, TimeSpan longest, Random random)
    {
        this.first = step = first;
        this.longest = longest;
        this.random = random;
    }

    /// <summary>How many times were taken since the last reset.</summary>
    internal int Taken { get; private set; }

    /// <summary>The next waiting time.</summary>
    internal TimeSpan Next()
    {
        var result = step * (0.5 + (random.NextDouble() / 2));
        step = step * 2 < longest ? step * 2 : longest;
        Taken++;
        return result;
    }

    /// <summary>Begins with the first step again.</summary>
    internal void Reset()
    {
        step = first;
        Taken = 0;
    }
}
