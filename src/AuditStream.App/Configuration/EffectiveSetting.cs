namespace AuditStream.App.Configuration;

/// <summary>One setting with the value that is in force.</summary>
/// <param name="Path">The key with its place or name: <c>Sources:0:Tables:bank.accounts:ReplicaIdentity</c>.</param>
/// <param name="Value">The value as it would be written; null for none.</param>
/// <param name="IsSensitive">Whether it may be a secret: it is then neither printed nor hashed.</param>
public sealed record EffectiveSetting(string Path, string? Value, bool IsSensitive);
