namespace AuditStream.Testing;

/// <summary>A file system of 8 MiB in memory, with ballast that can be taken and thrown off.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);
    private readonly string ballast;

    /// <summary>Mounts it.</summary>
    /// <exception cref="InvalidOperationException">It may not be mounted.</exception>
    public SmallDisk(string path)
    {
        Path = path;
        ballast = System.IO.Path.Combine(path, "ballast");
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", "size=8m", "auditstream-test", path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Null when this user may mount one, else the reason to skip.</summary>
    public static string? Missing { get; } = CanMount() ? null : "needs the right to mount a small file system";

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
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
    public void Free() => File.Delete(ballast);

    /// <summary>There is room for 64 MiB.</summary>
    public void Grow() => Run("mount", "-o", "remount,size=64m", Path);

    /// <inheritdoc/>
    public void Dispose() => Run("umount", Path);

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

    private static void Run(string file, params string[] arguments) => ToolProcess.RunAsync(limit, file, arguments).GetAwaiter().GetResult();
}
