namespace AuditStream.Core.Json;

/// <summary>What is wrong with a JSON text.</summary>
public enum JsonFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A rule of JSON is broken.</summary>
    Malformed,

    /// <summary>The text ends in the middle.</summary>
    Truncated,

    /// <summary>Nested deeper than the reader's limit.</summary>
    TooDeep,

    /// <summary>An object has more members than the reader's limit.</summary>
    TooManyMembers,

    /// <summary>A member's name is longer than the reader's limit.</summary>
    NameTooLong,
}
