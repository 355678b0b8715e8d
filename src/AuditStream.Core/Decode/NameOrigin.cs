namespace AuditStream.Core.Decode;

/// <summary>Where a table's name comes from. The wire name is the member's name in lower case.</summary>
public enum NameOrigin : byte
{
    /// <summary>The record.</summary>
    Record,

    /// <summary>Configuration, in whole or in part.</summary>
    Configuration,

    /// <summary>The topic's name, which a router may have made: a guess.</summary>
    Topic,
}
