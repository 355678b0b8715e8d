using System.Runtime.InteropServices;

namespace AuditStream.RocksDb;

/// <summary>What RocksDB says that went wrong, sorted by what to do about it.</summary>
/// <param name="Text">The text, or what stands for it: only words about files are passed on, because others may quote what is stored.</param>
/// <param name="IsDamage">True when what is stored cannot be read: it is to be removed. Otherwise it passes, or a person makes it pass.</param>
internal readonly record struct RocksDbError(string Text, bool IsDamage)
{
    private const string InputOrOutput = "IO error";
    private const string Missing = "No such file";

    /// <summary>True when this build of the library lacks a kind of compression.</summary>
    internal bool IsCompressionMissing { get; private init; }

    /// <summary>Takes an error and frees it.</summary>
    /// <returns>Null when there is none.</returns>
    internal static RocksDbError? Take(ref nint error)
    {
        if (error == 0)
            return null;
        var text = Marshal.PtrToStringUTF8(error) ?? "";
        Native.Free(error);
        error = 0;
        return Of(text);
    }

    /// <summary>Sorts a text.</summary>
    internal static RocksDbError Of(string text)
    {
        var isAboutFiles = text.StartsWith(InputOrOutput, StringComparison.Ordinal);
        var isDamage = !isAboutFiles || text.Contains(Missing, StringComparison.Ordinal);
        var kind = text.Split(':')[0];
        return new RocksDbError(isAboutFiles ? text : $"{kind}: what is stored cannot be read", isDamage)
        {
            IsCompressionMissing = text.Contains("not linked", StringComparison.Ordinal),
        };
    }
}
