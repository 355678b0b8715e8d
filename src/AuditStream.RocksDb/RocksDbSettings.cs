namespace AuditStream.RocksDb;

/// <summary>Where row images are kept on disk, and how much memory that takes.</summary>
public sealed record RocksDbSettings
{
    /// <summary>The folder; beneath it a folder for each application, sub-topology and partition.</summary>
    public required string Folder { get; init; }

    /// <summary>The application's id.</summary>
    public required string ApplicationId { get; init; }

    /// <summary>Memory for what is read, of all tasks of the process together: bytes.</summary>
    public long BlockCacheBytes { get; init; } = 134_217_728;

    /// <summary>Memory for what is written and not on disk in its final form yet, of all tasks of the process together: bytes.</summary>
    public long WriteBufferBytes { get; init; } = 67_108_864;

    /// <summary>How many stores are open at most: they share the write buffers.</summary>
    public int MaxStores { get; init; } = 6;
}
