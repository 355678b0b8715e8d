namespace AuditStream.Core.Sink;

/// <summary>What to do about a store's error.</summary>
public enum StoreErrorClass : byte
{
    /// <summary>It passes by itself: pause, keep polling, try again without limit.</summary>
    Transient,

    /// <summary>Somebody must mend it: stop consuming, alarm, say what to do; nothing is dead-lettered.</summary>
    Systemic,

    /// <summary>One row is at fault: that row becomes a dead letter, its batch-mates go on.</summary>
    Record,
}
