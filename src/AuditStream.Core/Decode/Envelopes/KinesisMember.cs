namespace AuditStream.Core.Decode.Envelopes;

/// <summary>The members of the blocks <c>kinesis</c> and <c>kinesisRecordMetadata</c> that are read, as places in a
/// <see cref="MemberBlock"/>.</summary>
internal static class KinesisMember
{
    public const int Data = 0;
    public const int PartitionKey = 1;
    public const int SequenceNumber = 2;
    public const int SubsequenceNumber = 3;
    public const int Arrival = 4;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new("data", "partitionKey", "sequenceNumber", "subsequenceNumber", "approximateArrivalTimestamp");
}
