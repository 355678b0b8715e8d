namespace AuditStream.RocksDb.Tests;

/// <summary>A fact about RocksDB itself: skipped by name where librocksdb is not on this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RocksDbFactAttribute : FactAttribute
{
    /// <summary>Looks for the library.</summary>
    public RocksDbFactAttribute() => Skip = Missing;

    /// <summary>Why it cannot be tried here; null when it can.</summary>
    internal static string? Missing => RocksDbLibrary.IsThere ? null : "needs librocksdb (Debian: librocksdb7.8; or " + RocksDbLibrary.FileVariable + ")";
}
