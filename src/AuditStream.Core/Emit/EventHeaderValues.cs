using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Emit;

/// <summary>The header values that are the same in many events.</summary>
internal static class EventHeaderValues
{
    public static ReadOnlyMemory<byte> SpecVersion { get; } = "1.0"u8.ToArray();

    public static ReadOnlyMemory<byte> Json { get; } = "application/json"u8.ToArray();

    public static ReadOnlyMemory<byte> Avro { get; } = Encoding.UTF8.GetBytes(EventHeaders.AvroContent);

    /// <summary><c>auditstream.insert</c> and so on, by operation.</summary>
    public static ReadOnlyMemory<byte>[] Types { get; } = Array.ConvertAll(
        Enum.GetValues<ChangeOperation>(),
        operation => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes("auditstream." + ChangeOperationName.Of(operation)));
}
