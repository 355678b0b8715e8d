using Microsoft.Extensions.Logging;

namespace AuditStream.RocksDb;

/// <summary>Every sentence that this project logs. Ids are only ever added. No row value and no key is an argument.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(5001, LogLevel.Warning, "The row images in {Folder} are removed, and read from the changelog again: {Why}")]
    internal static partial void StoreRemoved(this ILogger logger, string folder, string why);

    [LoggerMessage(5002, LogLevel.Information, "Row images are kept in {Folder}, with {CacheBytes} bytes of cache and {WriteBytes} bytes of write buffers.")]
    internal static partial void FolderTaken(this ILogger logger, string folder, long cacheBytes, long writeBytes);

    [LoggerMessage(5003, LogLevel.Warning, "The row images in {Folder} could not be marked at their end, and are read on from earlier: {Why}")]
    internal static partial void StoreNotMarked(this ILogger logger, string folder, string why);
}
