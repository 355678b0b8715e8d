namespace AuditStream.Simulation.Breaks;

/// <summary>Which invariant's keeper is switched off; none unless told.</summary>
internal static class Break
{
    /// <summary>The invariant's number; 0 for none.</summary>
    internal static int Number { get; set; }

    /// <summary>True when what keeps this invariant is switched off.</summary>
    internal static bool Is(int invariant) => Number == invariant;
}
