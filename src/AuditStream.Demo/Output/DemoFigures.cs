using AuditStream.Postgres;
using AuditStream.Streams.Ledger;

namespace AuditStream.Demo.Output;

/// <summary>Everything that the demo's summary tells.</summary>
/// <param name="Published">Messages put on the raw topics, by topic.</param>
/// <param name="Ledger">The product's own double entry.</param>
/// <param name="Operations">Rows of the audit table, by source and operation.</param>
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

    /// <summary>Rows of the audit table.</summary>
    public long Rows => Operations.Sum(count => count.Events);

    /// <summary>Whether every sum agrees: consumed = emitted + dead letters + skips, all that was published was consumed, and every event is
    /// a row.</summary>
    public bool Agree =>
        Ledger.Total is { IsBalanced: true } total && total.Consumed == PublishedMessages && total.Events == Rows
        && total.DeadLetters == DeadLetters.Sum(count => count.DeadLetters);
}
