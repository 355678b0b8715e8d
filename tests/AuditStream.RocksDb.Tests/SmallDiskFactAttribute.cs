using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>A fact about a disk without room: skipped by name where librocksdb is missing, or this user may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    /// <summary>Tries to mount one.</summary>
    public SmallDiskFactAttribute() => Skip = RocksDbFactAttribute.Missing ?? SmallDisk.Missing;
}
