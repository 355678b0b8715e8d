namespace AuditStream.App.Configuration;

/// <summary>Where the last images of rows are kept, beside the changelog.</summary>
public enum ImageStoreKind
{
    /// <summary>In memory: each start reads the whole changelog.</summary>
    Memory,

    /// <summary>On disk, in RocksDB: a start reads what the changelog has more.</summary>
    Rocksdb,
}
