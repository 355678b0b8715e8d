using System.Reflection;
using System.Runtime.InteropServices;

namespace AuditStream.RocksDb;

/// <summary>Finds librocksdb, which the operating system brings (Debian: librocksdb7.8, Ubuntu: librocksdb8.9).</summary>
/// <remarks><c>AUDITSTREAM_LIBROCKSDB</c> names another file.</remarks>
public static class RocksDbLibrary
{
    /// <summary>The variable that names the library's file.</summary>
    public const string FileVariable = "AUDITSTREAM_LIBROCKSDB";

    /// <summary>What to do where it is missing; ends a sentence.</summary>
    public const string HowToInstall =
        "librocksdb is not on this machine: install it (Debian: apt-get install librocksdb7.8, Ubuntu: apt-get install librocksdb8.9), or name its file in "
        + FileVariable;

    // Files of the versions whose calls are known to be the same, newest last: the first that is there is taken.
    private static readonly string[] files =
        ["librocksdb.so.7.8", "librocksdb.so.8.9", "librocksdb.so.9.10", "librocksdb.so.7", "librocksdb.so.8", "librocksdb.so.9", "librocksdb.so", "librocksdb.dylib", "rocksdb.dll"];

    private static readonly Lazy<nint> handle = new(Load);

    /// <summary>True when it is there and can be loaded.</summary>
    public static bool IsThere => handle.Value != 0;

    /// <summary>Lets the native calls find it; before the first of them.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    internal static void Use()
    {
        if (!IsThere)
            throw new DllNotFoundException(HowToInstall);
    }

    private static nint Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } named)
            return NativeLibrary.TryLoad(named, out var own) ? own : 0;
        foreach (var file in files)
        {
            if (NativeLibrary.TryLoad(file, out var found))
                return found;
        }
        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Native.Library ? handle.Value : 0;
}
