namespace AuditStream.App.Configuration;

/// <summary>The configuration cannot be used: every problem at once.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>The problems, in the order of the configuration.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
