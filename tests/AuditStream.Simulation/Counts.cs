using System.Globalization;

namespace AuditStream.Simulation;

/// <summary>How much of what a history was, or many together.</summary>
internal readonly record struct Counts
{
    /// <summary>Raw records.</summary>
    internal long Records { get; init; }

    /// <summary>Faults that struck.</summary>
    internal long Faults { get; init; }

    /// <summary>Of them, processes that were killed or stood still for a while.</summary>
    internal long Crashes { get; init; }

    /// <summary>Processes that ran, one after the other or at once.</summary>
    internal long Processes { get; init; }

    /// <summary>How often a group's partitions were assigned.</summary>
    internal long Rebalances { get; init; }

    /// <summary>How often a producer was told that there is a newer one.</summary>
    internal long Fences { get; init; }

    /// <summary>Transactions that were committed.</summary>
    internal long Commits { get; init; }

    /// <summary>Events and dead letters that are not there.</summary>
    internal long Lost { get; init; }

    /// <summary>Events and dead letters that are there more often than once.</summary>
    internal long Twice { get; init; }

    /// <summary>How long it took in its own time.</summary>
    internal TimeSpan VirtualTime { get; init; }

    /// <summary>Both together.</summary>
    public static Counts operator +(Counts one, Counts other) => new()
    {
        Records = one.Records + other.Records,
        Faults = one.Faults + other.Faults,
        Crashes = one.Crashes + other.Crashes,
        Processes = one.Processes + other.Processes,
        Rebalances = one.Rebalances + other.Rebalances,
        Fences = one.Fences + other.Fences,
        Commits = one.Commits + other.Commits,
        Lost = one.Lost + other.Lost,
        Twice = one.Twice + other.Twice,
        VirtualTime = one.VirtualTime + other.VirtualTime,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Records} records, {Faults} faults, {Crashes} crashes and standstills, {Rebalances} rebalances, {Fences} fences, {Commits} commits, ")
        + string.Create(CultureInfo.InvariantCulture, $"{VirtualTime.TotalHours:f1} hours of their own time; lost {Lost}, twice {Twice}");
}
