namespace AuditStream.Postgres;

/// <summary>What a function of the schema does, and as whom.</summary>
/// <param name="Text">Its body, verbatim.</param>
/// <param name="RunsAsOwner">Whether it runs with its owner's rights (<c>SECURITY DEFINER</c>).</param>
/// <param name="Settings">The settings that it runs under, as <c>name=value</c>, in order.</param>
internal sealed record SchemaFunction(string Text, bool RunsAsOwner, IReadOnlyList<string> Settings);
