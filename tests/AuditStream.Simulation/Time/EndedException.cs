namespace AuditStream.Simulation.Time;

/// <summary>What runs has ended from without: its process died, or the history is over. Never to be caught but where the process began.</summary>
internal sealed class EndedException() : Exception("The simulated process has ended.");
