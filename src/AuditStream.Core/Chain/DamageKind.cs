namespace AuditStream.Core.Chain;

/// <summary>What was done to a store, as its chains show it.</summary>
public enum DamageKind : byte
{
    /// <summary>A block says that there is a row, and there is none.</summary>
    RowMissing,

    /// <summary>A row claims to be in a block that does not know it.</summary>
    RowAdded,

    /// <summary>A row's body is not the one that was stored.</summary>
    BodyChanged,

    /// <summary>A column is not what the body, or the block, says.</summary>
    ColumnChanged,

    /// <summary>A block's rows do not give its root or its hash of columns, and its list of leaves was changed too: the row cannot be named.</summary>
    BlockRowsChanged,

    /// <summary>A block's list of leaves, which is not hashed, does not give its root; its rows do.</summary>
    LeavesChanged,

    /// <summary>A block does not have the hash that its columns give.</summary>
    BlockChanged,

    /// <summary>Numbers of a chain are missing.</summary>
    BlockMissing,

    /// <summary>A block does not name the hash of the block before it, or has an older epoch: blocks were exchanged.</summary>
    ChainBroken,

    /// <summary>A shard's head is not where its blocks end.</summary>
    HeadChanged,

    /// <summary>Divergences of a block were changed, removed or added.</summary>
    DivergencesChanged,

    /// <summary>Dead letters of a block were changed, removed or added.</summary>
    DeadLettersChanged,

    /// <summary>There are more or fewer rows outside of the chain than when it began.</summary>
    UnchainedRows,

    /// <summary>A checkpoint names another block than the one that is there, or one that is not: the chain was rewritten, or went back in time.</summary>
    CheckpointDisagrees,

    /// <summary>A checkpoint's signature, form or place among the others is not right, or none of the trusted keys made it.</summary>
    CheckpointInvalid,

    /// <summary>A checkpoint that is kept elsewhere is not in the store, or differs there.</summary>
    CheckpointMissing,

    /// <summary>What a raw record gives is not in the store, or with other facts.</summary>
    SourceDisagrees,

    /// <summary>A range is said to be retired, and nothing signed says so.</summary>
    TombstoneMissing,

    /// <summary>A tombstone, or what belongs to it, was changed, or none of the trusted keys made it.</summary>
    TombstoneInvalid,
}
