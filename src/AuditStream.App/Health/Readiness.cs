using System.Collections.Concurrent;

namespace AuditStream.App.Health;

/// <summary>Whether the process does its work, part by part, and if not why: what <c>/health/ready</c> answers.</summary>
/// <remarks>Thread-safe. A part is known from its first report on.</remarks>
public sealed class Readiness
{
    private readonly ConcurrentDictionary<string, ReadinessCheck> checks = new(StringComparer.Ordinal);

    /// <summary>True when there is a part and every part is ready.</summary>
    public bool IsReady => !checks.IsEmpty && checks.Values.All(check => check.IsReady);

    /// <summary>The parts by name.</summary>
    public IReadOnlyList<ReadinessCheck> Checks => [.. checks.Values.OrderBy(check => check.Name, StringComparer.Ordinal)];

    /// <summary>A part does its work.</summary>
    public void SetReady(string name) => checks[name] = new(name, IsReady: true, Reason: null);

    /// <summary>A part does not do its work.</summary>
    /// <param name="name">The part: <c>kafka</c>, <c>postgresql</c>, <c>normalize</c>, <c>sink</c>.</param>
    /// <param name="reason">What it waits for, or what is broken and what to do. No secrets.</param>
    public void SetNotReady(string name, string reason) => checks[name] = new(name, IsReady: false, reason);
}
