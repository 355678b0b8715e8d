namespace AuditStream.Demo.Live;

/// <summary>How long the latest changes took from their commit in the source to their commit in the audit table.</summary>
/// <param name="Median">Half of them took no longer.</param>
/// <param name="NinetyFifth">95 of 100 took no longer.</param>
public readonly record struct DelayFigures(TimeSpan Median, TimeSpan NinetyFifth)
{
    /// <summary>The figures of some delays; null for none.</summary>
    public static DelayFigures? Of(IEnumerable<TimeSpan> delays)
    {
        var ordered = delays.Order().ToArray();
        return ordered.Length == 0 ? null : new DelayFigures(At(ordered, 50), At(ordered, 95));
    }

    // The nearest rank.
    private static TimeSpan At(TimeSpan[] ordered, int percent) => ordered[((ordered.Length * percent) + 99) / 100 - 1];
}
