namespace AuditStream.Core.Json;

/// <summary>Where a value stands in a JSON text, and of which kind it is.</summary>
/// <param name="Start">The value's first byte, from 0; for a string its opening quote.</param>
/// <param name="Length">The value's length in bytes.</param>
/// <param name="Token">The value's kind.</param>
/// <param name="Flags">What its text holds.</param>
public readonly record struct JsonSlice(int Start, int Length, JsonToken Token, JsonTextFlags Flags)
{
    /// <summary>The value's text.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => text.Slice(Start, Length);

    /// <summary>A string's content between the quotes, as written.</summary>
    public ReadOnlySpan<byte> ContentOf(ReadOnlySpan<byte> text) => text.Slice(Start + 1, Length - 2);

    /// <summary>True for a string with a backslash in it.</summary>
    public bool IsEscaped => (Flags & JsonTextFlags.Escape) != 0;
}
