namespace AuditStream.Streams.Tests.Simulation;

/// <summary>Histories take every processor for a while: nothing else runs beside them, and what counts time in the other tests is left alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimulationCollection
{
    public const string Name = "simulation";
}
