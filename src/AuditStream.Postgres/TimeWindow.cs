namespace AuditStream.Postgres;

/// <summary>A time: from <paramref name="Since"/> on, before <paramref name="Until"/>.</summary>
/// <param name="Since">The first instant of it; null: without a beginning.</param>
/// <param name="Until">The first instant after it; null: without an end.</param>
public readonly record struct TimeWindow(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>All time.</summary>
    public static TimeWindow All => default;
}
