namespace AuditStream.Simulation.Model;

/// <summary>Where a consumer is in a partition.</summary>
internal sealed class ConsumerPlace(PartitionLog log)
{
    internal PartitionLog Log => log;

    /// <summary>The next offset; null until the group's is known.</summary>
    internal long? Next { get; set; }

    internal bool IsPaused { get; set; }
}
