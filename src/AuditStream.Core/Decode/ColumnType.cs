namespace AuditStream.Core.Decode;

/// <summary>A column's type as the record's own schema names it. The wire name (<c>changes[].type</c>) is the member's name in lower case;
/// <see cref="Untyped"/> is left out.</summary>
public enum ColumnType : byte
{
    /// <summary>The record carries no schema: tokens keep their source text.</summary>
    Untyped,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Up to 32 bits: a JSON number.</summary>
    Int32,

    /// <summary>64 bits: a JSON string of digits.</summary>
    Int64,

    /// <summary>Single precision: a JSON number, or a string for NaN and the infinities.</summary>
    Float32,

    /// <summary>Double precision: a JSON number, or a string for NaN and the infinities.</summary>
    Float64,

    /// <summary>Exact decimal of any length: a JSON string in plain digits.</summary>
    Decimal,

    /// <summary>Text.</summary>
    String,

    /// <summary>Binary: base64.</summary>
    Bytes,

    /// <summary>A bit string: a string of 0 and 1, highest bit first.</summary>
    Bits,

    /// <summary>A calendar date.</summary>
    Date,

    /// <summary>A time of day without zone.</summary>
    Time,

    /// <summary>A time of day in UTC.</summary>
    TimeTz,

    /// <summary>A date and time without zone.</summary>
    Timestamp,

    /// <summary>An instant, in UTC with Z.</summary>
    TimestampTz,

    /// <summary>A duration in ISO 8601 form.</summary>
    Interval,

    /// <summary>A year.</summary>
    Year,

    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>JSON, as JSON.</summary>
    Json,

    /// <summary>XML text.</summary>
    Xml,

    /// <summary>One of a closed list of names.</summary>
    Enum,

    /// <summary>A set of names, unordered.</summary>
    Set,

    /// <summary>A JSON array of element values.</summary>
    Array,

    /// <summary>A map with text keys: a JSON object.</summary>
    Map,

    /// <summary>A struct: a JSON object.</summary>
    Struct,

    /// <summary>A point, geometry or geography: a JSON object with its well-known binary.</summary>
    Geometry,
}
