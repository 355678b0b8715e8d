namespace AuditStream.Simulation;

/// <summary>What a history was, and what was wrong with it.</summary>
/// <param name="Seed">Its seed: makes it again.</param>
/// <param name="Breaches">What was wrong; empty when nothing was.</param>
/// <param name="Counts">How much of what it was.</param>
/// <param name="Trace">Each step that matters, with its time; empty when it was not asked for.</param>
internal sealed record Report(int Seed, IReadOnlyList<string> Breaches, Counts Counts, IReadOnlyList<string> Trace);
