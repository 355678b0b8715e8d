namespace AuditStream.Streams.Reset;

/// <summary>One of the consumer groups, by what its members do.</summary>
public enum ResetPlane
{
    /// <summary>From raw topics to events.</summary>
    Normalize,

    /// <summary>From forwarded changes to events, with row images.</summary>
    Images,

    /// <summary>From events to the store.</summary>
    Sink,
}
