namespace AuditStream.Core.Decode;

/// <summary>What is known of one column in one image.</summary>
public enum ValueKind : byte
{
    /// <summary>The image does not hold the column, or holds a filler in its place: nothing is known.</summary>
    Absent,

    /// <summary>The column was NULL.</summary>
    Null,

    /// <summary>The source withheld the value (unchanged TOAST, LOB): not changed by this event, value unknown.</summary>
    Unavailable,

    /// <summary>The column had the value that <see cref="RowChange.TextOf"/> gives.</summary>
    Known,
}
