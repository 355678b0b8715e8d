namespace AuditStream.Core.Json;

/// <summary>One member of an object on a <see cref="JsonTape"/>.</summary>
internal struct TapeMember
{
    /// <summary>The name between its quotes as written: first byte.</summary>
    public int NameStart;

    /// <summary>The name's length in bytes.</summary>
    public int NameLength;

    /// <summary>The value's first byte.</summary>
    public int Start;

    /// <summary>The value's length in bytes.</summary>
    public int Length;

    /// <summary>For a member of the outer object whose value is an object: the first of that object's members among the inner ones.</summary>
    public int FirstChild;

    /// <summary>How many members that object has.</summary>
    public int ChildCount;

    /// <summary>How many containers are nested in the value, itself counted; those below the tape's two levels only.</summary>
    public int Depth;

    /// <summary>The value's kind.</summary>
    public JsonToken Token;

    /// <summary>What the value's text holds; not known for an object whose members are on the tape.</summary>
    public JsonTextFlags Flags;

    /// <summary>True when the name has a backslash in it.</summary>
    public bool NameEscaped;

    /// <summary>The value's place.</summary>
    public readonly JsonSlice Slice => new(Start, Length, Token, Flags);

    /// <summary>The name as written.</summary>
    public readonly ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> text) => text.Slice(NameStart, NameLength);
}
