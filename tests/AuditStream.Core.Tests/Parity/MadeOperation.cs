namespace AuditStream.Core.Tests.Parity;

/// <summary>What happened to a row.</summary>
internal enum MadeOperation
{
    /// <summary>It was there before the source was followed.</summary>
    Snapshot,

    /// <summary>It was inserted.</summary>
    Insert,

    /// <summary>It was updated; perhaps its key, perhaps nothing.</summary>
    Update,

    /// <summary>It was deleted.</summary>
    Delete,

    /// <summary>The whole table was emptied.</summary>
    Truncate,
}
