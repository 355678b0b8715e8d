using System.Buffers;
using System.Text;

namespace AuditStream.Core.Json;

/// <summary>Bytes that should be UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>Where bytes that are not UTF-8 stop being it; their length when they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isCut">Gets whether they only end in the middle of a character.</param>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes, out bool isCut)
    {
        var rest = bytes;
        while (true)
        {
            var status = Rune.DecodeFromUtf8(rest, out _, out var used);
            isCut = status == OperationStatus.NeedMoreData && !rest.IsEmpty;
            if (status != OperationStatus.Done)
                return bytes.Length - rest.Length;
            rest = rest[used..];
        }
    }
}
