using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Packed;

/// <summary>Column values in packed form: a byte with kind and traits, and for a known value its text as a blob.</summary>
internal static class PackedValues
{
    private const int KindBits = 2;
    private const int KindMask = (1 << KindBits) - 1;

    /// <summary>Appends one value.</summary>
    public static void Write(ByteWriter to, ValueKind kind, ValueTraits traits, ReadOnlySpan<byte> text)
    {
        to.Write((byte)((int)kind | ((int)traits << KindBits)));
        if (kind == ValueKind.Known)
            to.WriteBlob(text);
    }

    /// <summary>Reads as many values as there is room for.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="into">The values; the texts of known ones are where the reader reads.</param>
    /// <param name="place">The buffer that the reader reads.</param>
    public static void Read(ref PackedReader reader, Span<Value> into, TextPlace place)
    {
        foreach (ref var value in into)
        {
            var head = reader.Byte();
            var (kind, traits) = ((ValueKind)(head & KindMask), (ValueTraits)(head >> KindBits));
            value = new Value(kind, traits, TextPlace.Scratch, Start: 0, Length: 0);
            if (kind != ValueKind.Known)
                continue;
            var length = reader.Blob().Length;
            value = new Value(kind, traits, place, reader.Position - length, length);
        }
    }
}
