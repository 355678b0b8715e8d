namespace AuditStream.Core.Protect;

/// <summary>The field policy as configured. Immutable.</summary>
public sealed record ProtectSettings
{
    /// <summary>The greatest number of rules.</summary>
    public const int MaximumRules = 10_000;

    /// <summary>The policy's version: any text, raised by whoever changes the rules. Stands in each event that a rule reached.</summary>
    public string Version { get; init; } = "1";

    /// <summary>The rules: the first that matches a column decides; without one the column is kept.</summary>
    public IReadOnlyList<ProtectRule> Rules { get; init; } = [];
}
