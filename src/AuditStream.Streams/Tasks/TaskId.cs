using System.Globalization;

namespace AuditStream.Streams.Tasks;

/// <summary>The id of a task: one partition of one topic in one sub-topology.</summary>
/// <param name="SubTopology">The sub-topology: <c>normalize</c>, <c>images</c> or <c>sink</c>.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition's number, from 0.</param>
public readonly record struct TaskId(string SubTopology, string Topic, int Partition)
{
    /// <summary>The sub-topology that reads raw topics.</summary>
    public const string Normalize = "normalize";

    /// <summary>The sub-topology that keeps row images.</summary>
    public const string Images = "images";

    /// <summary>The sub-topology that writes the audit store.</summary>
    public const string Sink = "sink";

    /// <summary><c>normalize:topic-partition</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SubTopology}:{Topic}-{Partition}");
}
