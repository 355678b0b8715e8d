namespace AuditStream.Simulation.Faults;

/// <summary>A named point at which a fault may strike.</summary>
/// <param name="Call">The call.</param>
/// <param name="IsAfter">False: the request is not out yet. True: it is done, and its answer is not read yet.</param>
internal readonly record struct Point(Call Call, bool IsAfter)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsAfter ? "after" : "before")} {Call}";
}
