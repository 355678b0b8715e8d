namespace AuditStream.Postgres.Retire;

/// <summary>A range is not retired; nothing was dropped.</summary>
/// <param name="message">Why, and what to do, as whole sentences.</param>
public sealed class RetirementException(string message) : Exception(message);
