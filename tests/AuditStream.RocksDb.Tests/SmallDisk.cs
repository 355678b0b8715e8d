using AuditStream.Testing;

namespace AuditStream.RocksDb.Tests;

/// <summary>A file system of 8 MiB in memory, with ballast that can be taken and thrown off.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);
    private readonly string ballast;

    /// <summary>Mounts it.</summary>
    /// <exception cref="InvalidOperationException">It may not be mounted.</exception>
    internal SmallDisk(string path)
    {
        Path = path;
        ballast = System.IO.Path.Combine(path, "ballast");
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", "size=8m", "auditstream-test", path);
    }

    internal string Path { get; }

    /// <summary>Takes all the room that is left.</summary>
    internal void Fill()
    {
        using var file = File.Create(ballast);
        var block = new byte[4_096];
        try
        {
            for (var blocks = 0; blocks < 4_096; blocks++)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            return;
        }
        throw new InvalidOperationException("The disk has no end.");
    }

    /// <summary>There is room again.</summary>
    internal void Free() => File.Delete(ballast);

    /// <inheritdoc/>
    public void Dispose() => Run("umount", Path);

    private static void Run(string file, params string[] arguments) => ToolProcess.RunAsync(limit, file, arguments).GetAwaiter().GetResult();
}
