namespace AuditStream.Core.Decode.Avro;

/// <summary>Avro's types.</summary>
internal enum AvroKind : byte
{
    /// <summary>null: no bytes.</summary>
    Null,

    /// <summary>One byte, 0 or 1.</summary>
    Boolean,

    /// <summary>32 bits, zigzag and variable length.</summary>
    Int,

    /// <summary>64 bits, zigzag and variable length.</summary>
    Long,

    /// <summary>Four bytes, little-endian.</summary>
    Float,

    /// <summary>Eight bytes, little-endian.</summary>
    Double,

    /// <summary>A length and as many bytes.</summary>
    Bytes,

    /// <summary>A length and as many bytes of UTF-8.</summary>
    String,

    /// <summary>As many bytes as the schema says.</summary>
    Fixed,

    /// <summary>The number of a symbol.</summary>
    Enum,

    /// <summary>Blocks of values.</summary>
    Array,

    /// <summary>Blocks of strings with a value each.</summary>
    Map,

    /// <summary>The fields' values.</summary>
    Record,

    /// <summary>The number of a branch, and its value.</summary>
    Union,
}
