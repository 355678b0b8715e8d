namespace AuditStream.Core.Decode.Connect;

/// <summary>How a value of a Connect schema stands in JSON, and so how it becomes canonical.</summary>
internal enum ValueCoding : byte
{
    /// <summary>No schema: as it stands.</summary>
    Untyped,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>int8, int16, int32.</summary>
    Int32,

    /// <summary>int64: becomes a JSON string.</summary>
    Int64,

    /// <summary>float32 and float64; NaN and the infinities as strings.</summary>
    Float,

    /// <summary>Text as it stands.</summary>
    Text,

    /// <summary>Base64.</summary>
    Bytes,

    /// <summary>Base64 of the unscaled value, or a JSON number.</summary>
    Decimal,

    /// <summary>A struct of scale and unscaled value.</summary>
    VariableScaleDecimal,

    /// <summary>Days since 1970.</summary>
    DateDays,

    /// <summary>Milliseconds of the day.</summary>
    TimeMilliseconds,

    /// <summary>Microseconds of the day.</summary>
    TimeMicroseconds,

    /// <summary>Nanoseconds of the day.</summary>
    TimeNanoseconds,

    /// <summary>Milliseconds since 1970, no zone.</summary>
    TimestampMilliseconds,

    /// <summary>Microseconds since 1970, no zone.</summary>
    TimestampMicroseconds,

    /// <summary>Nanoseconds since 1970, no zone.</summary>
    TimestampNanoseconds,

    /// <summary>A time of day with an offset, as text.</summary>
    ZonedTime,

    /// <summary>An instant with an offset, as text.</summary>
    ZonedTimestamp,

    /// <summary>A date, time or timestamp without zone as text that carries a Z all the same.</summary>
    IsoText,

    /// <summary>A duration in microseconds.</summary>
    DurationMicroseconds,

    /// <summary>A duration in nanoseconds.</summary>
    DurationNanoseconds,

    /// <summary>JSON as text: becomes JSON.</summary>
    Json,

    /// <summary>Base64 of little-endian bits.</summary>
    Bits,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A struct.</summary>
    Struct,

    /// <summary>A JSON number, or a string that may hold one: becomes a JSON string.</summary>
    NumberAsText,

    /// <summary>A JSON number, or a string that may hold one: becomes a JSON number where it is one.</summary>
    BareNumber,

    /// <summary>Bytes in hexadecimal digits.</summary>
    HexBytes,

    /// <summary>Bytes as the characters U+0000 to U+00FF.</summary>
    Latin1Bytes,
}
