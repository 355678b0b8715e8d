using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode;

/// <summary>The last schema of a topic's values or keys, with everything up to its end as it stood in the record.</summary>
/// <remarks>The next record of the table begins with the same bytes: comparing them is many times faster than reading 20 KB of
/// schema.</remarks>
internal sealed class SchemaSlot
{
    /// <summary>The record's text from its start to the end of the schema; empty when nothing is known.</summary>
    public byte[] Prefix { get; private set; } = [];

    /// <summary>The schema; null for a schema that is null.</summary>
    public ConnectSchema? Schema { get; private set; }

    /// <summary>Remembers a schema.</summary>
    public void Keep(ReadOnlySpan<byte> prefix, ConnectSchema? schema)
    {
        Prefix = prefix.ToArray();
        Schema = schema;
    }
}
