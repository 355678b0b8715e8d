namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>The members of the block <c>dynamodb</c> that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class BodyMember
{
    public const int Keys = 0;
    public const int NewImage = 1;
    public const int OldImage = 2;
    public const int CreationTime = 3;
    public const int CreationTimePrecision = 4;
    public const int SequenceNumber = 5;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(
        "Keys", "NewImage", "OldImage", "ApproximateCreationDateTime", "ApproximateCreationDateTimePrecision", "SequenceNumber");
}
