namespace AuditStream.Core.Tests.Parity;

/// <summary>What a column of a made history holds. A value of it is a text, in the form that stands beside each; null is NULL.</summary>
internal enum ColumnKind
{
    /// <summary>32 bits: <c>42</c>.</summary>
    Int32,

    /// <summary>64 bits: <c>9007199254740993</c>.</summary>
    Int64,

    /// <summary>64 bits without sign: a <c>bigint unsigned</c>, or a <c>numeric(20,0)</c> where there is none.</summary>
    Unsigned64,

    /// <summary>A <c>numeric(12,4)</c>, with all four digits: <c>19.9000</c>.</summary>
    Decimal,

    /// <summary>Double precision, in the shortest text: <c>0.1</c>.</summary>
    Double,

    /// <summary>Text.</summary>
    Text,

    /// <summary><c>true</c>, <c>false</c>.</summary>
    Boolean,

    /// <summary><c>2025-06-15</c>.</summary>
    Date,

    /// <summary>Microseconds, no zone; no more digits than needed: <c>2025-06-15T10:00:00.25</c>.</summary>
    Timestamp,

    /// <summary>Microseconds, in UTC: <c>2025-06-15T10:00:00.25Z</c>.</summary>
    TimestampTz,

    /// <summary>Microseconds: <c>10:00:00.25</c>.</summary>
    Time,

    /// <summary>Lower-case hexadecimal: <c>cafe</c>.</summary>
    Bytes,

    /// <summary>JSON as <c>jsonb</c> writes it: <c>{"a": 1}</c>.</summary>
    Json,

    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>One of <c>open</c>, <c>paid</c>, <c>it's "gone"</c>.</summary>
    Enum,
}
