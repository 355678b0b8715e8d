namespace AuditStream.Simulation;

/// <summary>What a history was, and what was wrong with it.</summary>
/// <param name="Seed">Its seed: makes it again.</param>
/// <param name="Breaches">What was wrong; empty when nothing was.</param>
/// <param name="Records">Raw records.</param>
/// <param name="Faults">Faults that struck.</param>
/// <param name="Processes">Processes that ran, one after the other or at once.</param>
/// <param name="Generations">How often partitions were assigned.</param>
/// <param name="VirtualTime">How long it took in its own time.</param>
/// <param name="Trace">Each step that matters, with its time; empty when it was not asked for.</param>
internal sealed record Report(
    int Seed,
    IReadOnlyList<string> Breaches,
    int Records,
    int Faults,
    int Processes,
    int Generations,
    TimeSpan VirtualTime,
    IReadOnlyList<string> Trace);
