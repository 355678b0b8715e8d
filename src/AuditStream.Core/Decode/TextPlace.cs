namespace AuditStream.Core.Decode;

/// <summary>Which buffer holds a value's text.</summary>
public enum TextPlace : byte
{
    /// <summary>The record's value: the token stood there in canonical form already.</summary>
    RecordValue,

    /// <summary>The record's key.</summary>
    RecordKey,

    /// <summary>The change's own scratch: the text was converted.</summary>
    Scratch,
}
