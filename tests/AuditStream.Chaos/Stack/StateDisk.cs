using System.Globalization;
using AuditStream.App.Configuration;
using AuditStream.Testing;

namespace AuditStream.Chaos.Stack;

/// <summary>A small file system in memory that holds the row images of every instance, and can be filled up.</summary>
internal sealed class StateDisk : IDisposable
{
    private const string StoreKey = "Images:Store";
    private const string DirectoryKey = "Images:Directory";
    private const int Megabytes = 256;
    private const int BlockBytes = 65_536;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder folder;
    private readonly Guard guard;

    private StateDisk(TemporaryFolder folder)
    {
        this.folder = folder;
        guard = new Guard("umount", "-l", folder.Path);
    }

    private string Ballast => folder.At("ballast");

    /// <summary>Makes one; null, and why, where that cannot be.</summary>
    internal static async Task<(StateDisk? Disk, string WhyNot)> TryMakeAsync()
    {
        if (!ConfigurationCatalog.All.Any(key => key.Path == StoreKey))
            return (null, "this build keeps row images in memory only");
        if (!Environment.IsPrivilegedProcess)
            return (null, "only root may mount a small disk");
        if (!(await ToolProcess.RunAsync(Limit, "ldconfig", "-p")).Contains("librocksdb", StringComparison.Ordinal))
            return (null, "librocksdb is not on this machine");
        var folder = new TemporaryFolder("state");
        try
        {
            await ToolProcess.RunAsync(Limit, "mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m"), "auditstream", folder.Path);
            return (new StateDisk(folder), "");
        }
        catch (InvalidOperationException)
        {
            folder.Dispose();
            return (null, "a small disk may not be mounted here");
        }
    }

    /// <summary>The settings with which an instance keeps its row images here.</summary>
    internal IEnumerable<KeyValuePair<string, string>> SettingsOf(string instance) => [new(StoreKey, "rocksdb"), new(DirectoryKey, folder.At(instance))];

    /// <summary>Takes all the room that is left, for a time.</summary>
    internal async Task FillAsync(TimeSpan time)
    {
        Fill();
        await Pause.ForAsync(time, CancellationToken.None);
        File.Delete(Ballast);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ToolProcess.RunAsync(Limit, "umount", "-l", folder.Path).GetAwaiter().GetResult();
        guard.Dispose();
        folder.Dispose();
    }

    private void Fill()
    {
        using var file = File.Create(Ballast);
        var block = new byte[BlockBytes];
        try
        {
            for (var blocks = 0; blocks <= Megabytes * (1_048_576 / BlockBytes); blocks++)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            return; // it is full
        }
        throw new InvalidOperationException("Filling the state directory failed: it has no end.");
    }
}
