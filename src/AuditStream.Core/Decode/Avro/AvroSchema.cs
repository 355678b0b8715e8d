using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode.Avro;

/// <summary>One node of a writer's schema: how its bytes are read, and what Connect schema its text has. Immutable once parsed, cached,
/// shared; a recursive type is a cycle.</summary>
internal sealed class AvroSchema
{
    /// <summary>The type.</summary>
    public required AvroKind Kind { get; init; }

    /// <summary>Its name in a tagged union: that of a primitive type, or the full name of a named one.</summary>
    public required string Name { get; init; }

    /// <summary>The type of the JSON text that is made of it.</summary>
    public required ConnectSchema Connect { get; init; }

    /// <summary>True for a string of the logical type <c>json</c>: its content is JSON text.</summary>
    public bool IsJson { get; init; }

    /// <summary>Bytes of a fixed.</summary>
    public int Size { get; init; }

    /// <summary>A record's fields, a union's branches, the one element of an array or map.</summary>
    public AvroSchema[] Children { get; init; } = [];

    /// <summary>JSON tokens: an enum's symbols in quotes; of a record its fields' names in quotes with the colon, all but the first behind a
    /// comma; of a tagged union what stands before each branch's value.</summary>
    public byte[][] Tokens { get; init; } = [];

    /// <summary>True for a union of more than one branch beside null: its values are written as <c>{"branch":value}</c>.</summary>
    public bool IsTagged { get; init; }

    /// <summary>True for an array of keys with values, as converters make it of a map whose keys are no text: written as pairs.</summary>
    public bool IsPairs { get; init; }
}
