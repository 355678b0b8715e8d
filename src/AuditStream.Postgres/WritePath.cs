namespace AuditStream.Postgres;

/// <summary>How a batch is written. Every path gives the same result; they differ in what they are fast at.</summary>
/// <remarks>
/// <code>
/// Straight ──conflict──► LookUp ◄─── the first batch, and the one after an error
///    ▲                     │ │
///    └── no duplicates ────┘ └──a row at fault──► Bisect (this batch only; also from Straight)
/// </code>
/// </remarks>
internal enum WritePath : byte
{
    /// <summary>Asks first which events are there, and copies the others: when duplicates are likely.</summary>
    LookUp,

    /// <summary>Copies everything: as fast as COPY is. One duplicate breaks it, and the batch starts again with
    /// <see cref="LookUp"/>.</summary>
    Straight,

    /// <summary>As <see cref="LookUp"/>, and halves what the server refuses until the rows at fault stand alone.</summary>
    Bisect,
}
