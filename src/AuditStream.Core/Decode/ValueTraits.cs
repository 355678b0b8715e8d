namespace AuditStream.Core.Decode;

/// <summary>What else is to be said of a column's value.</summary>
[Flags]
public enum ValueTraits : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>NULL and the column's default cannot be told apart (<c>replace.null.with.default</c>).</summary>
    Ambiguous = 1,

    /// <summary>Written as <c>{"$bytes": …}</c>, because PostgreSQL's json functions could not handle it.</summary>
    Encoded = 2,

    /// <summary>Of another type than the value in the other image, though the texts may be the same.</summary>
    Retyped = 4,

    /// <summary>The same value as in the other image, though the texts differ. Said of both.</summary>
    Alike = 8,
}
