using AuditStream.App.Configuration;
using AuditStream.Streams.Tasks;

namespace AuditStream.App.Reset;

/// <summary>The row images that this machine keeps on disk, as a reset sees them: what is older than the new changelog must go.</summary>
public static class StateFolder
{
    private const string LockName = "lock";

    /// <summary>The folder; null where this configuration keeps none, or it is not there.</summary>
    public static string? Of(AuditStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Images.Store != ImageStoreKind.Rocksdb)
            return null;
        var folder = Path.GetFullPath(Path.Combine(options.Images.Directory, options.ApplicationId));
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>Removes every task's store, and nothing else that somebody may keep there.</summary>
    /// <exception cref="IOException">A process has the folder, or it cannot be written.</exception>
    public static void Empty(string folder)
    {
        try
        {
            // As the service takes it: while it is held here, nobody begins with what is half removed.
            using var held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var tasks = Path.Combine(folder, TaskId.Images);
            if (!Directory.Exists(tasks))
                return;
            foreach (var store in Directory.GetDirectories(tasks).Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
                Directory.Delete(store, recursive: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception); // the service's folder is closed to other users
        }
    }
}
