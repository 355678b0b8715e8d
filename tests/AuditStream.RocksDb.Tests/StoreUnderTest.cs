using System.Text;
using AuditStream.Core.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.RocksDb.Tests;

/// <summary>What the tests of the store share.</summary>
internal static class StoreUnderTest
{
    /// <summary>Small buffers, so that a test's few rows go the whole way to the disk's sorted files.</summary>
    internal static ImageFolder Take(string path, TimeProvider? time = null) => ImageFolder.Take(
        new RocksDbSettings { Folder = path, ApplicationId = "audit", BlockCacheBytes = 1_048_576, WriteBufferBytes = 1_048_576 },
        time ?? TimeProvider.System,
        NullLogger.Instance);

    internal static void Put(IRowImageStore store, string address, string? image, long? checkpoint) =>
        store.Write([new(Encoding.UTF8.GetBytes(address), image is null ? null : Encoding.UTF8.GetBytes(image))], checkpoint);

    internal static string? Get(IRowImageStore store, string address) =>
        store.TryGet(Encoding.UTF8.GetBytes(address), out var image) ? Encoding.UTF8.GetString(image.Span) : null;

    internal static string[] All(IRowImageStore store, string prefix = "")
    {
        var found = new List<string>();
        store.Scan(Encoding.UTF8.GetBytes(prefix), from: null, (address, image) =>
        {
            found.Add($"{Encoding.UTF8.GetString(address)}={Encoding.UTF8.GetString(image.Span)}");
            return true;
        });
        return [.. found.Order(StringComparer.Ordinal)];
    }
}
