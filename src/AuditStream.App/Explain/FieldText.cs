namespace AuditStream.App.Explain;

/// <summary>One changed field as a person reads it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Old">The value before; null when the event does not tell.</param>
/// <param name="New">The value after; null when the event does not tell.</param>
public sealed record FieldText(string Name, string? Old, string? New);
