namespace AuditStream.Core.Json;

/// <summary>One value of a <see cref="JsonTree"/>.</summary>
internal struct JsonNode
{
    /// <summary>The member's name between its quotes as written: first byte; -1 for what is no member.</summary>
    public int NameStart;

    /// <summary>The name's length in bytes.</summary>
    public int NameLength;

    /// <summary>The value's first byte.</summary>
    public int Start;

    /// <summary>The value's length in bytes.</summary>
    public int Length;

    /// <summary>The node behind this one's last descendant. While the value is open: its container's node.</summary>
    public int Next;

    /// <summary>How many values it holds directly.</summary>
    public int Count;

    /// <summary>The value's kind.</summary>
    public JsonToken Token;

    /// <summary>What the value's text holds; for a container, its whole text.</summary>
    public JsonTextFlags Flags;

    /// <summary>True when the name has a backslash in it.</summary>
    public bool NameEscaped;

    /// <summary>The value's place.</summary>
    public readonly JsonSlice Slice => new(Start, Length, Token, Flags);
}
