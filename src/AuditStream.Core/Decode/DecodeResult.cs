using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>What Decode made of one record: one change or several, a skip with a reason, or a rejection with a reason.</summary>
public readonly struct DecodeResult
{
    private DecodeResult(IReadOnlyList<RowChange> changes, SkipReason skip, Rejection? rejection)
    {
        Changes = changes;
        Skip = skip;
        Rejection = rejection;
    }

    /// <summary>The changes, in the record's order; empty for a skip and for a rejection.</summary>
    public IReadOnlyList<RowChange> Changes { get; }

    /// <summary>Why the record is left out; <see cref="SkipReason.None"/> otherwise.</summary>
    public SkipReason Skip { get; }

    /// <summary>Why the record is refused; null otherwise.</summary>
    public Rejection? Rejection { get; }

    /// <summary>The result of a record that holds changes.</summary>
    public static DecodeResult Of(IReadOnlyList<RowChange> changes) => new(changes, SkipReason.None, rejection: null);

    /// <summary>The result of a record that is left out.</summary>
    public static DecodeResult Skipped(SkipReason reason) => new([], reason, rejection: null);

    /// <summary>The result of a record that is refused.</summary>
    public static DecodeResult Rejected(Rejection rejection) => new([], SkipReason.None, rejection);
}
