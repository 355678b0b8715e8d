using AuditStream.Core.Sink;

namespace AuditStream.Postgres;

/// <summary>What became of a batch; the first six add up to its events.</summary>
internal readonly record struct BatchOutcome(int Inserted, int Duplicates, int Restated, int Divergences, int Refused, int Retired, int DeadLetters)
{
    /// <summary>As Core counts: what is restated is a duplicate.</summary>
    public StoreResult ToResult() => new(Inserted, Duplicates + Restated, Divergences, Refused, DeadLetters, Retired);
}
