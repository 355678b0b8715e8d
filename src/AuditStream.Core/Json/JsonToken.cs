namespace AuditStream.Core.Json;

/// <summary>The kind of a JSON value.</summary>
public enum JsonToken : byte
{
    /// <summary>No value.</summary>
    None,

    /// <summary>null.</summary>
    Null,

    /// <summary>false.</summary>
    False,

    /// <summary>true.</summary>
    True,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string; its span includes the quotes.</summary>
    String,

    /// <summary>An object; its span includes the braces.</summary>
    Object,

    /// <summary>An array; its span includes the brackets.</summary>
    Array,
}
