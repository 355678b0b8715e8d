namespace AuditStream.Streams.Claims;

/// <summary>How far newly owned tasks are on their way to work.</summary>
/// <remarks>
/// <code>
///   new tasks --> Owners --> Fence --> Offsets --> Ledger --> they begin
///                                        ^
///   without transactions ----------------+
/// </code>
/// More tasks lead back to the first stage, for all that have not begun; tasks that are given back leave from everywhere.
/// </remarks>
internal enum ClaimStage : byte
{
    /// <summary>Reads who owned them last, open transactions included.</summary>
    Owners,

    /// <summary>Ends what dead ones left open.</summary>
    Fence,

    /// <summary>Waits until no offset of them is pending.</summary>
    Offsets,

    /// <summary>Reads what is committed of their ledger.</summary>
    Ledger,
}
