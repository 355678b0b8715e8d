namespace AuditStream.App.Health;

/// <summary>One part's state.</summary>
/// <param name="Name">The part: <c>kafka</c>, <c>postgresql</c>, <c>normalize</c>, <c>sink</c>.</param>
/// <param name="IsReady">Whether it does its work.</param>
/// <param name="Reason">Why not; null when it does.</param>
public sealed record ReadinessCheck(string Name, bool IsReady, string? Reason);
