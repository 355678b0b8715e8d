using System.Globalization;

namespace AuditStream.Postgres.Retire;

/// <summary>A range of <c>audit.event</c> that is not retired.</summary>
/// <param name="Name">The partition.</param>
/// <param name="From">Its first instant.</param>
/// <param name="To">The first instant behind it.</param>
/// <param name="DueAt">From when on it may be retired.</param>
/// <param name="IsDue">Whether it may, by the server's clock.</param>
/// <param name="HeldBy">The holds that keep it.</param>
/// <param name="Bytes">What the table and its indexes take; null when it is not there.</param>
public sealed record RetirableRange(
    string Name, DateTimeOffset From, DateTimeOffset To, DateTimeOffset DueAt, bool IsDue, IReadOnlyList<string> HeldBy, long? Bytes)
{
    /// <summary>Why it may not be retired, as the rest of a sentence; null: it may, as far as time and holds go.</summary>
    public string? Refusal => HeldBy.Count > 0 ? $"it is under the legal hold {string.Join(", ", HeldBy)}"
        : !IsDue ? string.Create(CultureInfo.InvariantCulture, $"its time is not over before {DueAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z (retention in audit.setting)")
        : Bytes is null ? "its partition is not there"
        : null;
}
