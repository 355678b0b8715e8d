namespace AuditStream.Chaos.Source;

/// <summary>What was done to a row.</summary>
internal enum ChangeKind : byte
{
    /// <summary>The row is new.</summary>
    Insert,

    /// <summary>The row is another.</summary>
    Update,

    /// <summary>The row is gone.</summary>
    Delete,
}
