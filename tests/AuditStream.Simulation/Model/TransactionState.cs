namespace AuditStream.Simulation.Model;

/// <summary>Where a transactional id is.</summary>
/// <remarks>
/// <code>
///  Empty --first record or offsets--&gt; Ongoing --decided--&gt; Ending --all markers written--&gt; Ended --first record--&gt; Ongoing
/// </code>
/// </remarks>
internal enum TransactionState : byte
{
    /// <summary>Nothing is open.</summary>
    Empty,

    /// <summary>Records or offsets are in, and nothing is decided.</summary>
    Ongoing,

    /// <summary>Decided; markers are on their way.</summary>
    Ending,

    /// <summary>Decided, and told to every partition.</summary>
    Ended,
}
