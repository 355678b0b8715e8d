namespace AuditStream.Simulation.Faults;

/// <summary>One fault of a history.</summary>
/// <param name="Kind">What.</param>
/// <param name="Point">Where.</param>
/// <param name="AfterRecords">From which delivered record on.</param>
/// <param name="Length">How long it lasts, when it lasts.</param>
internal sealed record Fault(FaultKind Kind, Point Point, int AfterRecords, TimeSpan Length)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Kind} ({Length.TotalSeconds:f1} s) {Point}");
}
