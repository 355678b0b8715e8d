namespace AuditStream.Core.Flow;

/// <summary>What became of one consumed record. Each record has exactly one.</summary>
public enum OutcomeKind : byte
{
    /// <summary>One or more audit events were emitted.</summary>
    Emitted,

    /// <summary>The record carries no change and is left out on purpose, for a named reason.</summary>
    Skipped,

    /// <summary>The record, or a part of it, could not be understood: the whole record goes to the dead letters.</summary>
    Rejected,

    /// <summary>No outcome yet: only a part of the work is done. What is done is to be committed, and the record given again.</summary>
    Unfinished,
}
