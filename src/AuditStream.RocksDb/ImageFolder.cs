using System.Globalization;
using AuditStream.Core.Images;
using Microsoft.Extensions.Logging;

namespace AuditStream.RocksDb;

/// <summary>The folder in which a process keeps its row images: taken by it alone, with the memory that all stores in it share.</summary>
/// <remarks>
/// <code>
/// FOLDER/APPLICATION/lock                     held as long as the process lives, however it ends
/// FOLDER/APPLICATION/SUBTOPOLOGY/PARTITION/   one task's store
/// </code>
/// Two processes never share one: the second is refused, because it would wait for ever for tasks that move between the two.
/// </remarks>
public sealed class ImageFolder : IDisposable
{
    private const double BloomBitsPerKey = 10;
    private const int BuffersPerStore = 2;
    private const int MinBufferBytes = 65_536;
    private const int MaxOpenFilesPerStore = 256;
    private const int MaxBackgroundJobs = 2;
    private const int ReservedShareOfDisk = 8;

    private readonly string root;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly FileStream held;
    private readonly long writeBufferBytes;
    private readonly nint cache;
    private readonly nint tableOptions;

    private ImageFolder(string root, FileStream held, RocksDbSettings settings, TimeProvider time, ILogger logger)
    {
        (this.root, this.held, this.time, this.logger) = (root, held, time, logger);
        writeBufferBytes = settings.WriteBufferBytes;
        cache = Native.CacheCreateLru((nuint)settings.BlockCacheBytes);
        tableOptions = Native.TableOptionsCreate();
        Native.TableOptionsSetBlockCache(tableOptions, cache);

        // Most rows that are looked for without success are new ones.
        Native.TableOptionsSetFilterPolicy(tableOptions, Native.FilterPolicyCreateBloomFull(BloomBitsPerKey));

        // Indexes and filters count as cache: otherwise they would grow with the rows, past every bound.
        Native.TableOptionsSetCacheIndexAndFilterBlocks(tableOptions, 1);
        Native.TableOptionsSetPinL0FilterAndIndexBlocksInCache(tableOptions, 1);
        Options = Native.OptionsCreate();
        Native.OptionsSetCreateIfMissing(Options, 1);
        Native.OptionsSetBlockBasedTableFactory(Options, tableOptions);
        var bufferBytes = Math.Max(MinBufferBytes, settings.WriteBufferBytes / (settings.MaxStores * BuffersPerStore));
        Native.OptionsSetWriteBufferSize(Options, (nuint)bufferBytes);
        Native.OptionsSetMaxWriteBufferNumber(Options, BuffersPerStore);
        Native.OptionsSetCompression(Options, Native.Lz4Compression);
        Native.OptionsSetMaxOpenFiles(Options, MaxOpenFilesPerStore);
        Native.OptionsSetMaxBackgroundJobs(Options, MaxBackgroundJobs);
        Native.OptionsSetLevelCompactionDynamicLevelBytes(Options, 1);

        // A log that ends in the middle gives what stood before: images and checkpoint of the same batch, and no later one.
        Native.OptionsSetWalRecoveryMode(Options, Native.PointInTimeRecovery);
        Native.OptionsSetInfoLogLevel(Options, Native.ErrorsOnly);
        Native.OptionsSetKeepLogFileNum(Options, 1);
        Native.OptionsSetStatsDumpPeriodSec(Options, 0);
        ReadOptions = Native.ReadOptionsCreate();

        // Not synchronous: after a loss of power the store is an earlier one, checkpoint included, and the changelog has the rest.
        WriteOptions = Native.WriteOptionsCreate();
        logger.FolderTaken(root, settings.BlockCacheBytes, settings.WriteBufferBytes);
    }

    /// <summary>RocksDB's options of each store.</summary>
    internal nint Options { get; }

    /// <summary>RocksDB's options of each read.</summary>
    internal nint ReadOptions { get; }

    /// <summary>RocksDB's options of each write.</summary>
    internal nint WriteOptions { get; }

    /// <summary>Takes the folder for this process, and makes it where it is missing.</summary>
    /// <param name="settings">Where, and how much memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where sentences go.</param>
    /// <exception cref="ImageFolderException">Another process has it, or it cannot be written.</exception>
    /// <exception cref="DllNotFoundException">librocksdb is not on this machine.</exception>
    public static ImageFolder Take(RocksDbSettings settings, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RocksDbLibrary.Use();
        var root = Path.GetFullPath(Path.Combine(settings.Folder, settings.ApplicationId));
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(root);
            else
                Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // row values are in it
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageFolderException($"is {settings.Folder}, where no folder can be made: {exception.Message}");
        }
        try
        {
            var held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new ImageFolder(root, held, settings, time, logger);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ImageFolderException($"is {settings.Folder}, which cannot be written: {exception.Message}");
        }
        catch (IOException)
        {
            throw new ImageFolderException(
                $"is {settings.Folder}, and another process keeps the row images of {settings.ApplicationId} there: give each instance a folder of its own");
        }
    }

    /// <summary>The store of a task; nothing is opened yet.</summary>
    /// <param name="subTopology">The task's sub-topology.</param>
    /// <param name="partition">The task's partition.</param>
    public IRowImageStore Store(string subTopology, int partition) =>
        new RocksDbImageStore(this, Path.Combine(root, subTopology, partition.ToString(CultureInfo.InvariantCulture)), time, logger);

    /// <summary>Says why nothing may be written: less room is left on the disk than the write buffers may need to leave memory.</summary>
    /// <remarks>
    /// Asked before the library is, because a library that is built with assertions (Debian's is) ends the process when it writes on after a
    /// write that found no room.
    /// </remarks>
    /// <returns>Null while there is room.</returns>
    internal string? WhyNoRoom()
    {
        var disk = new DriveInfo(root);
        var (free, reserve) = (disk.AvailableFreeSpace, Math.Min(writeBufferBytes, disk.TotalSize / ReservedShareOfDisk));
        return free >= reserve ? null : string.Create(CultureInfo.InvariantCulture, $"No space left on device: {free} bytes are free, {reserve} are needed");
    }

    /// <summary>Lets another process have the folder. After the last store is closed.</summary>
    public void Dispose()
    {
        Native.WriteOptionsDestroy(WriteOptions);
        Native.ReadOptionsDestroy(ReadOptions);
        Native.OptionsDestroy(Options);
        Native.TableOptionsDestroy(tableOptions);
        Native.CacheDestroy(cache);
        held.Dispose();
    }
}
