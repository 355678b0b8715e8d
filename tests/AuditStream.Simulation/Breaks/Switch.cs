namespace AuditStream.Simulation.Breaks;

/// <summary>A place in the product's text that keeps an invariant, and the same place with a switch.</summary>
/// <param name="Invariant">The invariant's number.</param>
/// <param name="What">What is missing when it is broken.</param>
/// <param name="Kept">The text as it is: stands exactly once in the whole of Streams.</param>
/// <param name="Switched">The text that takes its place.</param>
internal sealed record Switch(int Invariant, string What, string Kept, string Switched);
