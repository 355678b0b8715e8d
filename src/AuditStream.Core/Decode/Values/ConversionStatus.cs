namespace AuditStream.Core.Decode.Values;

/// <summary>What became of a conversion to canonical text.</summary>
internal enum ConversionStatus : byte
{
    /// <summary>The canonical text is written.</summary>
    Done,

    /// <summary>PostgreSQL's json functions cannot hold it: the whole value must be written as <c>{"$bytes": …}</c>.</summary>
    MustEncode,

    /// <summary>It does not fit its declared type.</summary>
    Invalid,
}
