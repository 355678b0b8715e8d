namespace AuditStream.Core.Check;

/// <summary>What a finding is about. The wire name is the member's name in kebab-case.</summary>
public enum CheckSection : byte
{
    /// <summary>The configuration, and what it names on this machine.</summary>
    Configuration,

    /// <summary>The Kafka cluster.</summary>
    Kafka,

    /// <summary>The topics with raw records.</summary>
    RawTopics,

    /// <summary>The final topic and the dead letters.</summary>
    OwnTopics,

    /// <summary>The consumer groups and what they have committed.</summary>
    Groups,

    /// <summary>Kafka transactions.</summary>
    Transactions,

    /// <summary>The audit store.</summary>
    Store,

    /// <summary>The sources, as their records show them.</summary>
    Sources,
}
