namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>The members of a record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class RecordMember
{
    public const int EventId = 0;
    public const int EventName = 1;
    public const int EventSource = 2;
    public const int EventSourceArn = 3;
    public const int TableName = 4;
    public const int UserIdentity = 5;
    public const int Body = 6;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new("eventID", "eventName", "eventSource", "eventSourceARN", "tableName", "userIdentity", "dynamodb");
}
