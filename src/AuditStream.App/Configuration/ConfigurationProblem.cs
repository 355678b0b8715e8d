namespace AuditStream.App.Configuration;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Key">The key as written: <c>Streams:Threads</c>.</param>
/// <param name="Message">What is wrong and what would be right; continues a sentence that begins with the key. No secrets.</param>
public sealed record ConfigurationProblem(string Key, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key} {Message}.";
}
