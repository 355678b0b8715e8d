namespace AuditStream.Core.Tests.Truth;

/// <summary>What a captured table's column holds, as its database declares it.</summary>
internal enum SourceKind
{
    /// <summary>Text, and types that are read as their text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A decimal with a scale.</summary>
    Decimal,

    /// <summary>A <c>numeric</c> without precision.</summary>
    Numeric,

    /// <summary>Double precision.</summary>
    Double,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A date.</summary>
    Date,

    /// <summary>A timestamp without zone, microseconds.</summary>
    Timestamp,

    /// <summary>A timestamp without zone, milliseconds.</summary>
    Timestamp3,

    /// <summary>An instant.</summary>
    TimestampTz,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A time of day with its offset.</summary>
    TimeTz,

    /// <summary>A duration.</summary>
    Interval,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A bit string.</summary>
    Bits,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>An array.</summary>
    Array,
}
