namespace AuditStream.Core.Json;

/// <summary>What a value's text holds that keeps it from being canonical as it stands.</summary>
[Flags]
public enum JsonTextFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A backslash in a string.</summary>
    Escape = 1,

    /// <summary>White space between tokens.</summary>
    Blank = 2,

    /// <summary>An object with members.</summary>
    Members = 4,

    /// <summary>More containers in each other than <see cref="JsonTree.MaxKeptDepth"/>.</summary>
    Deep = 8,
}
