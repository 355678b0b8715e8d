namespace AuditStream.App.Configuration;

/// <summary>A sub-topology that a process can run.</summary>
public enum ServiceRole
{
    /// <summary>Raw topics to the final topic.</summary>
    Normalize,

    /// <summary>Final topic to the audit store.</summary>
    Sink,
}
