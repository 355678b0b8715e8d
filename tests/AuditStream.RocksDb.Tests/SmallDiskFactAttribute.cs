using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>A fact about a disk without room: skipped by name where librocksdb is missing, or this user may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    /// <summary>Tries to mount one.</summary>
    public SmallDiskFactAttribute() => Skip = RocksDbFactAttribute.Missing ?? (CanMount() ? null : "needs the right to mount a small file system");

    private static bool CanMount()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return false;
        using var folder = new TemporaryFolder("mount");
        try
        {
            using var disk = new SmallDisk(folder.At("disk"));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
