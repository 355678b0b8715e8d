namespace AuditStream.App.Configuration;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Key">The key: <c>Streams:Threads</c>.</param>
/// <param name="Message">What is wrong and what would be right; continues a sentence that begins with the key. No secrets.</param>
/// <param name="Origin">Where it was written, when that is not plain: a file with its line, or a variable; null for the command line, and for
/// what is missing.</param>
public sealed record ConfigurationProblem(string Key, string Message, string? Origin = null)
{
    /// <inheritdoc/>
    public override string ToString() => Origin is null ? $"{Key} {Message}." : $"{Key} ({Origin}) {Message}.";
}
