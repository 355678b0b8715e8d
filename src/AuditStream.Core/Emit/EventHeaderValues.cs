using System.Text;
using AuditStream.Core.Decode;

namespace AuditStream.Core.Emit;

/// <summary>The header values that are the same in many events.</summary>
internal static class EventHeaderValues
{
    public static ReadOnlyMemory<byte> SpecVersion { get; } = "1.0"u8.ToArray();

    public static ReadOnlyMemory<byte> ContentType { get; } = "application/json"u8.ToArray();

    /// <summary><c>auditstream.insert</c> and so on, by operation.</summary>
    public static ReadOnlyMemory<byte>[] Types { get; } = Array.ConvertAll(
        Enum.GetValues<ChangeOperation>(),
        operation => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes("auditstream." + ChangeOperationName.Of(operation)));
}
