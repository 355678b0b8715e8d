namespace AuditStream.Core.Flow;

/// <summary>Why a record became a dead letter. The wire name is the member's name in kebab-case; members are only ever added.</summary>
public enum RejectionCode : byte
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>The value is not JSON at all: its first bytes open no JSON value.</summary>
    NotJson,

    /// <summary>The value begins as JSON and then breaks a rule of JSON.</summary>
    MalformedJson,

    /// <summary>The value ends in the middle of its JSON.</summary>
    TruncatedJson,

    /// <summary>The bytes are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Well-formed JSON of a shape that no dialect knows.</summary>
    UnknownShape,

    /// <summary>A dialect was recognised, and its operation is none that it defines.</summary>
    UnknownOperation,

    /// <summary>The key's bytes are not what the dialect puts into a key.</summary>
    MalformedKey,

    /// <summary>A member that the dialect must carry is missing.</summary>
    MissingMember,

    /// <summary>A member has another type, or a value outside its range.</summary>
    InvalidMember,

    /// <summary>A column's value does not fit the type that the record's own schema gives it.</summary>
    InvalidValue,

    /// <summary>The record's schema is malformed: the Connect schema in it, or the Avro schema of the id in it.</summary>
    MalformedSchema,

    /// <summary>JSON nested deeper than the limit, outside of a column's value.</summary>
    TooDeep,

    /// <summary>The time of the change lies before 1970 or after 9999, which an event id cannot hold.</summary>
    TimeOutOfRange,

    /// <summary>More columns or longer names than the limits allow, or an event that is too large even without its values.</summary>
    TooLarge,

    /// <summary>A record of the final topic whose value is no <c>auditstream/1</c> event, or whose members contradict each other.</summary>
    NotAnEvent,

    /// <summary>A record of the final or dead-letter topic without one of the headers that it must carry, or with one that cannot be read.</summary>
    InvalidHeader,

    /// <summary>An event made under another identity key. Systemic: the sink stops, because every id of that key is strange here.</summary>
    ForeignIdentityKey,

    /// <summary>The schema registry knows no schema of the id that the value or the key names; or the record is in Avro's JSON form and names none.</summary>
    UnknownSchema,

    /// <summary>The schema of the id is of a kind that is not read: no Avro.</summary>
    UnsupportedSchema,

    /// <summary>The value breaks a rule of Avro or of its framing, or is not what its schema says.</summary>
    MalformedAvro,

    /// <summary>The value ends in the middle of its Avro datum or of the framing before it.</summary>
    TruncatedAvro,

    /// <summary>The record's source is pinned to a dialect, and the record is in another or in none.</summary>
    WrongDialect,

    /// <summary>A line of separated values breaks a rule of quoting.</summary>
    MalformedCsv,

    /// <summary>Lines of separated values end in the middle of a quoted field.</summary>
    TruncatedCsv,

    /// <summary>It is not known which columns the values of a line are: configuration names none, or another number of them.</summary>
    UnknownColumns,

    /// <summary>A record of the repartition topic that is no forwarded change.</summary>
    MalformedChange,
}
