using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ledger;

/// <summary>The committed sums of this process at one moment.</summary>
/// <param name="Topics">Per raw topic.</param>
public sealed record LedgerSnapshot(IReadOnlyDictionary<string, LedgerEntry> Topics)
{
    /// <summary>The sums over all raw topics.</summary>
    public LedgerEntry Total => TotalWhere(_ => true);

    /// <summary>The sums over the topics that a test picks by name.</summary>
    public LedgerEntry TotalWhere(Predicate<string> isPicked)
    {
        ArgumentNullException.ThrowIfNull(isPicked);
        var total = new LedgerEntry();
        foreach (var (_, entry) in Topics.Where(topic => isPicked(topic.Key)))
            total.Add(entry);
        return total;
    }

    /// <summary>Skips by reason over all topics, reasons that occurred only.</summary>
    public IReadOnlyDictionary<SkipReason, long> Skips
    {
        get
        {
            var total = Total;
            return Enum.GetValues<SkipReason>().Where(reason => total.SkippedFor(reason) > 0)
                .ToDictionary(reason => reason, total.SkippedFor);
        }
    }
}
