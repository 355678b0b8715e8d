namespace AuditStream.Streams.Ports;

/// <summary>What to do about an error of a Kafka client.</summary>
public enum ClientErrorClass : byte
{
    /// <summary>It passes by itself: call the same method again. After a commit or abort the outcome is unknown until it answers.</summary>
    Retriable,

    /// <summary>The transaction cannot be committed any more: abort, go back to the last committed offsets.</summary>
    RequiresAbort,

    /// <summary>No room in the producer: wait, resend the same record.</summary>
    QueueFull,

    /// <summary>The record is larger than the producer or the broker takes.</summary>
    TooLarge,

    /// <summary>A topic or partition does not exist (yet): keep waiting for it.</summary>
    TopicMissing,

    /// <summary>The group moved on without this member: drop what is open, the next poll tells who owns what.</summary>
    Rebalanced,

    /// <summary>Another producer has taken the transactional id, or the client is beyond repair: new clients, rejoin.</summary>
    Fenced,

    /// <summary>Not allowed, or not known: stop the process and say so.</summary>
    Fatal,
}
