namespace AuditStream.Chaos.Faults;

/// <summary>What was done so far.</summary>
internal sealed class FaultCounts
{
    /// <summary>SIGKILLs of instances.</summary>
    internal int Kills { get; set; }

    /// <summary>SIGKILLs of brokers.</summary>
    internal int BrokerKills { get; set; }

    /// <summary>Instances that stood still for longer than their session and went on.</summary>
    internal int Zombies { get; set; }

    /// <summary>Instances that came and went.</summary>
    internal int Guests { get; set; }

    /// <summary>Times in which the disk of row images was full.</summary>
    internal int FullDisks { get; set; }

    /// <summary>Times in which the store was slow or cut off.</summary>
    internal int DatabaseFaults { get; set; }
}
