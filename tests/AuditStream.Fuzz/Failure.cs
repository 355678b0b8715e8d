using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>A property that did not hold.</summary>
/// <param name="Property">Which one, in a word or two that a file can be named after.</param>
/// <param name="What">What was seen.</param>
internal sealed record Failure(string Property, string What)
{
    /// <summary>The records that show it, in order; given by the run.</summary>
    public IReadOnlyList<RawRecord> Records { get; init; } = [];

    /// <summary>Which record of the run it was, from 0.</summary>
    public long Execution { get; init; }
}
