using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace AuditStream.Streams;

/// <summary>Finds librdkafka where NuGet did not bring it.</summary>
/// <remarks>
/// Ordinary users get it with Confluent.Kafka (<c>librdkafka.redist</c>), and then nothing here is called. Where the package feed lacks
/// that
/// package, <c>./dev setup</c> leaves a build of it in the user's cache folder, and this resolver is asked once the ordinary search failed.
/// <c>AUDITSTREAM_LIBRDKAFKA</c> names another file.
/// </remarks>
public static class NativeLibraries
{
    private const string FileVariable = "AUDITSTREAM_LIBRDKAFKA";

    // CA2255: a library that another assembly loads by P/Invoke has no earlier place to say where it is.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Install() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
#pragma warning restore CA2255

    /// <summary>The files that are tried, first to last.</summary>
    public static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
            yield return file;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var root = Path.Combine(cache, "auditstream", "librdkafka");
        if (Directory.Exists(root))
        {
            foreach (var version in Directory.GetDirectories(root).OrderDescending(StringComparer.Ordinal))
                yield return Path.Combine(version, "librdkafka.so.1");
        }
        yield return "librdkafka.so.1";
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        // Confluent.Kafka asks for dlopen in "libdl"; since glibc 2.34 only libdl.so.2 is left of it.
        if (name == "libdl")
            return NativeLibrary.TryLoad("libdl.so.2", out var dl) ? dl : 0;
        if (!name.Contains("librdkafka", StringComparison.Ordinal))
            return 0;
        foreach (var candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }
        return 0;
    }
}
