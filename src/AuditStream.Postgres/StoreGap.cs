namespace AuditStream.Postgres;

/// <summary>Something that is not all there: what <c>audit.gaps</c> says.</summary>
/// <param name="Kind"><c>transaction</c>: fewer events than the source counted; <c>ledger-hole</c>: raw offsets that no ledger covers; <c>ledger-sums</c>: a
/// ledger that does not agree with itself.</param>
/// <param name="Source">The source, or the application whose ledger it is.</param>
/// <param name="Subject">The transaction and its table, or the topic and its partition.</param>
/// <param name="OccurredAt">When the transaction ended, or the range was consumed; UTC, milliseconds.</param>
/// <param name="Expected">How many events the source counted; null for a ledger.</param>
/// <param name="Found">How many are stored; null for a ledger.</param>
/// <param name="FromOffset">The first raw offset; null for a transaction.</param>
/// <param name="ToOffset">The raw offset after the last one; null for a transaction.</param>
/// <param name="Note">What it means, as a sentence.</param>
public sealed record StoreGap(
    string Kind, string Source, string Subject, DateTimeOffset OccurredAt, long? Expected, long? Found, long? FromOffset, long? ToOffset, string Note);
