namespace AuditStream.Core.Check;

/// <summary>What a finding means for a run.</summary>
public enum Severity : byte
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>A run works, and the trail is weaker than it could be.</summary>
    Warning,

    /// <summary>A run fails, or changes are lost.</summary>
    Error,
}
