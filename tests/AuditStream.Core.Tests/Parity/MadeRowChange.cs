namespace AuditStream.Core.Tests.Parity;

/// <summary>One change of a row in a made history.</summary>
/// <param name="Operation">What happened.</param>
/// <param name="Table">To a row of which table.</param>
/// <param name="Before">The row before; null where there was none.</param>
/// <param name="After">The row after; null where there is none.</param>
internal sealed record MadeRowChange(MadeOperation Operation, string Table, string?[]? Before, string?[]? After)
{
    /// <summary>True for an update that moved the row to another key.</summary>
    public bool MovesKey => Operation == MadeOperation.Update && Before is not null && After is not null && !ModelTable.IsSameKey(Before, After);

    /// <summary>True for an update that left every column as it was.</summary>
    public bool ChangesNothing => Operation == MadeOperation.Update && Before is not null && After is not null && Before.SequenceEqual(After);
}
