using AuditStream.Postgres.Retire;

namespace AuditStream.App.Retire;

/// <summary>What became of one range.</summary>
/// <param name="Range">The range.</param>
/// <param name="KeptBecause">Why it is not retired; null: it is, or would be.</param>
/// <param name="Archived">Its archive; null: there is none.</param>
internal sealed record RetireOutcome(RetirableRange Range, string? KeptBecause, ArchivedRange? Archived);
