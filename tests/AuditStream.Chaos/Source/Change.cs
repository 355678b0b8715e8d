namespace AuditStream.Chaos.Source;

/// <summary>One change that the source made.</summary>
/// <param name="Table">The table's place in <see cref="SourceTable.All"/>.</param>
/// <param name="Row">The row's number.</param>
/// <param name="Version">The how-manieth change of the row it is, from 1.</param>
/// <param name="Kind">What was done.</param>
internal readonly record struct Change(byte Table, int Row, int Version, ChangeKind Kind)
{
    /// <summary>The row before, as the event must have it; null when there was none.</summary>
    internal string? Before => Kind == ChangeKind.Insert ? null : RowText.Of(Table, Row, Version - 1);

    /// <summary>The row after; null when it is gone.</summary>
    internal string? After => Kind == ChangeKind.Delete ? null : RowText.Of(Table, Row, Version);

    /// <summary>The operation as an event names it.</summary>
    internal string Operation => Kind switch
    {
        ChangeKind.Insert => "insert",
        ChangeKind.Update => "update",
        ChangeKind.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind), Kind, "No such change."),
    };
}
