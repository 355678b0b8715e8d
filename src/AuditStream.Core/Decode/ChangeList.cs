using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>The changes of one record that holds several. Reused from record to record.</summary>
internal sealed class ChangeList
{
    /// <summary>How many changes a record may hold.</summary>
    public const int MaxChanges = 16_384;

    /// <summary>How many changes are kept from record to record; what a larger record needs beyond it is given back.</summary>
    private const int KeptChanges = 16;

    private readonly List<RowChange> made = [];
    private readonly List<RowChange> changes = [];
    private readonly Coordinate coordinate = new();

    /// <summary>The texts of the record's facts.</summary>
    public FactTexts Texts { get; } = new();

    /// <summary>How many changes there are.</summary>
    public int Count => changes.Count;

    /// <summary>Forgets the changes of the record before.</summary>
    public void Clear()
    {
        changes.Clear();
        Texts.Clear();
        if (made.Count > KeptChanges)
            made.RemoveRange(KeptChanges, made.Count - KeptChanges);
    }

    /// <summary>Starts the next change.</summary>
    public RowChange Add(in RawRecord record, TableReference table)
    {
        if (made.Count == changes.Count)
            made.Add(new RowChange());
        var change = made[changes.Count];
        change.Begin(record, table);
        changes.Add(change);
        return change;
    }

    /// <summary>Starts the coordinate of a change.</summary>
    public Coordinate Locate(RowChange change, ReadOnlySpan<byte> op)
    {
        coordinate.Begin(change.Facts.Table, op);
        return coordinate;
    }

    /// <summary>Gives the coordinate that was started to its change.</summary>
    public void Finish(IdentityStrength strength, RowChange change)
    {
        if (strength == IdentityStrength.Weak)
            coordinate.Origin(change.Facts);
        coordinate.Finish(strength, change);
        change.Coordinate = Texts.Keep(change.Coordinate.Span);
    }

    /// <summary>The record's result: all of its changes, or the rejection of one part, which is that of the whole.</summary>
    public DecodeResult Result(Rejection? fault) => fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
}
