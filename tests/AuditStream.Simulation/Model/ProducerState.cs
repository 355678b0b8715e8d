namespace AuditStream.Simulation.Model;

/// <summary>Where a producer is.</summary>
/// <remarks>
/// <code>
///  Created --InitTransactions--&gt; Ready --BeginTransaction--&gt; Open --fails--&gt; MustAbort
///                                 ^                          |                 |
///                                 +--Commit-- Ending &lt;-------+                 |
///                                 +--Abort------------------------------------+
///  Fenced: from everywhere, for good
/// </code>
/// </remarks>
internal enum ProducerState : byte
{
    /// <summary>Not initialised.</summary>
    Created,

    /// <summary>No transaction.</summary>
    Ready,

    /// <summary>In a transaction.</summary>
    Open,

    /// <summary>A commit was asked for; what came of it is not known yet.</summary>
    Ending,

    /// <summary>The transaction can only be dropped.</summary>
    MustAbort,

    /// <summary>There is a newer one.</summary>
    Fenced,
}
