namespace AuditStream.Core.Decode.Envelopes;

/// <summary>The members of a wrapped record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class ElementMember
{
    public const int Kinesis = 0;
    public const int DynamoDb = 1;
    public const int EventId = 2;
    public const int RecordId = 3;
    public const int Data = 4;
    public const int Arrival = 5;
    public const int KinesisMetadata = 6;
    public const int Topic = 7;
    public const int Partition = 8;
    public const int Offset = 9;
    public const int Timestamp = 10;
    public const int Key = 11;
    public const int Value = 12;
    public const int Headers = 13;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(
        "kinesis", "dynamodb", "eventID", "recordId", "data", "approximateArrivalTimestamp", "kinesisRecordMetadata", "topic", "partition",
        "offset", "timestamp", "key", "value", "headers");
}
