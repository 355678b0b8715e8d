using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>What the coordinator knows of one transactional id.</summary>
internal sealed class Transaction(string id, long producerId)
{
    internal string Id => id;

    internal long ProducerId => producerId;

    /// <summary>Raised by each initialisation and each time-out: older ones are fenced.</summary>
    internal int Epoch { get; set; } = -1;

    internal TransactionState State { get; set; }

    /// <summary>The decision, once there is one.</summary>
    internal bool IsCommit { get; set; }

    internal TimeSpan Timeout { get; set; }

    /// <summary>Which transaction of this id it is: tells a time-out that comes late.</summary>
    internal long Number { get; set; }

    /// <summary>Partitions with records of it.</summary>
    internal SortedSet<TopicPartition> Partitions { get; } = [];

    /// <summary>Groups with offsets of it.</summary>
    internal SortedSet<string> Groups { get; } = [];

    /// <summary>Records in the open transaction.</summary>
    internal long Records { get; set; }
}
