namespace AuditStream.Core.Decode;

/// <summary>One column's value in one image: a kind, and for a known value the place of its canonical JSON text.</summary>
/// <remarks>16 bytes, no reference. The text is read with <see cref="RowChange.TextOf"/> of the change it came from.</remarks>
public readonly record struct Value(ValueKind Kind, ValueTraits Traits, TextPlace Place, int Start, int Length)
{
    /// <summary>The column is not in the image.</summary>
    public static Value Absent => default;

    /// <summary>The column was NULL.</summary>
    public static Value Null => new(ValueKind.Null, ValueTraits.None, TextPlace.Scratch, Start: 0, Length: 0);

    /// <summary>The source withheld the value.</summary>
    public static Value Unavailable => new(ValueKind.Unavailable, ValueTraits.None, TextPlace.Scratch, Start: 0, Length: 0);
}
