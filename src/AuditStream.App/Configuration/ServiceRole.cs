namespace AuditStream.App.Configuration;

/// <summary>A sub-topology that a process can run.</summary>
public enum ServiceRole
{
    /// <summary>Raw topics to the final topic.</summary>
    Normalize,

    /// <summary>Changes of tables whose row images are kept, from the repartition topic to the final topic.</summary>
    Images,

    /// <summary>Final topic to the audit store.</summary>
    Sink,
}
