using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Live;

/// <summary>What the live view tells at one moment, beside the latest changes.</summary>
/// <param name="Elapsed">Since the view began.</param>
/// <param name="RecordsPerSecond">Raw records consumed, over the last seconds.</param>
/// <param name="EventsPerSecond">Events stored, over the last seconds.</param>
/// <param name="Published">Raw records put on the topics since the demo began.</param>
/// <param name="Ledger">The product's double entry by kind of source.</param>
/// <param name="Stored">What became of the rows given to the store.</param>
/// <param name="Delay">From a change to its row; null before the first one.</param>
public sealed record LiveFigures(
    TimeSpan Elapsed,
    double RecordsPerSecond,
    double EventsPerSecond,
    long Published,
    IReadOnlyDictionary<SourceKind, LedgerEntry> Ledger,
    StoreResult Stored,
    DelayFigures? Delay)
{
    /// <summary>The double entry over all sources.</summary>
    public LedgerEntry Total
    {
        get
        {
            var total = new LedgerEntry();
            foreach (var entry in Ledger.Values)
                total.Add(entry);
            return total;
        }
    }

    /// <summary>Records that are on the topics and not consumed yet.</summary>
    public long RecordsBehind => Math.Max(Published - Total.Consumed, 0);

    /// <summary>Events and dead letters that are on the final topics and not stored yet.</summary>
    public long RowsBehind => Math.Max(
        Total.Events + Total.DeadLetters - Stored.Inserted - Stored.Duplicates - Stored.Divergences - Stored.Refused - Stored.DeadLetters, 0);
}
