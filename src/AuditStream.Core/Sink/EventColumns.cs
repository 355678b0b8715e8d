namespace AuditStream.Core.Sink;

/// <summary>The scalar columns of one event while they are read from its body. Null: not met, or null in the event.</summary>
internal struct EventColumns
{
    public Guid? EventId;
    public long? OccurredAtMicroseconds;
    public string? Operation;
    public string? Source;
    public string? Database;
    public string? Schema;
    public string? Table;
    public string? Position;
    public string? TransactionId;
    public string? Actor;
    public string[]? Changed;
    public bool IsSpecified;
    public bool IsOfThisKey;

    /// <summary>Where the value of member <c>key</c> stands in the body; empty when the member is null or not met.</summary>
    public Range Key;
}
