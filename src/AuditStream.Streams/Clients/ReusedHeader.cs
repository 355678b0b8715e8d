using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>A header that is filled again for every record.</summary>
internal sealed class ReusedHeader : IHeader
{
    private readonly ExactArrays arrays = new();
    private byte[]? value;

    /// <inheritdoc/>
    public string Key { get; private set; } = "";

    /// <inheritdoc/>
    public byte[] GetValueBytes() => value!; // null is a header without a value: the library passes it on as such

    /// <summary>Puts another header in its place.</summary>
    internal void Set(string name, ReadOnlyMemory<byte>? bytes)
    {
        Key = name;
        value = arrays.Copy(bytes);
    }
}
