using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>The members of one change, wherever it stands in its record; their token is None where they do not.</summary>
internal struct ChangePart
{
    /// <summary>The operation: a word in version 1, a letter in version 2.</summary>
    public JsonSlice Kind;

    /// <summary>The table's schema.</summary>
    public JsonSlice Schema;

    /// <summary>The table.</summary>
    public JsonSlice Table;

    /// <summary>A message's content.</summary>
    public JsonSlice Content;

    /// <summary>A message's prefix.</summary>
    public JsonSlice Prefix;

    /// <summary>Whether a message belongs to a transaction.</summary>
    public JsonSlice Transactional;
}
