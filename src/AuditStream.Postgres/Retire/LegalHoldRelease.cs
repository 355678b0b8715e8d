namespace AuditStream.Postgres.Retire;

/// <summary>The end of a legal hold.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who released it.</param>
/// <param name="Reason">Why.</param>
public sealed record LegalHoldRelease(DateTimeOffset At, string By, string Reason);
