using AuditStream.Demo.Live;
using AuditStream.Postgres;
using AuditStream.Streams.Ledger;

namespace AuditStream.Demo.Output;

/// <summary>Everything that the demo's summary tells.</summary>
/// <param name="Published">Messages put on the raw topics, by topic.</param>
/// <param name="Ledger">The product's own double entry.</param>
/// <param name="Operations">Rows of the audit table, by source and operation; those of the pipeline's own account in them.</param>
/// <param name="DeadLetters">Rows of the dead letters' table, by stage and reason.</param>
/// <param name="Histories">One row's history, from each source that knows it; empty for an empty table.</param>
public sealed record DemoFigures(
    IReadOnlyDictionary<string, int> Published,
    LedgerSnapshot Ledger,
    IReadOnlyList<OperationCount> Operations,
    IReadOnlyList<DeadLetterCount> DeadLetters,
    IReadOnlyList<RowHistory> Histories)
{
    /// <summary>Messages put on the raw topics.</summary>
    public long PublishedMessages => Published.Values.Sum(count => (long)count);

    /// <summary>The same without the pipeline's own account.</summary>
    public IEnumerable<OperationCount> Changes => Operations.Where(count => !ObservedStore.IsOfPipeline(count.Operation));

    /// <summary>Rows of the audit table, without the pipeline's own account.</summary>
    public long Rows => Changes.Sum(count => count.Events);

    /// <summary>Rows in which the pipeline accounts for what it consumed.</summary>
    public long AccountRows => Operations.Sum(count => count.Events) - Rows;

    /// <summary>Whether every sum agrees: consumed = emitted + dead letters + skips, all that was published was consumed, and every event is
    /// a row.</summary>
    public bool Agree =>
        Ledger.Total is { IsBalanced: true } total && total.Consumed == PublishedMessages && total.Events == Rows
        && total.DeadLetters == DeadLetters.Sum(count => count.DeadLetters);
}
