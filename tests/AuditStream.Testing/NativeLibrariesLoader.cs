using System.Runtime.CompilerServices;
using AuditStream.Streams;

namespace AuditStream.Testing;

/// <summary>Makes the product's search for librdkafka known to a test process before its first use.</summary>
internal static class NativeLibrariesLoader
{
    // CA2255: whichever type of this assembly a test touches first, the search must be there already.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Load() => RuntimeHelpers.RunModuleConstructor(typeof(NativeLibraries).Module.ModuleHandle);
#pragma warning restore CA2255
}
