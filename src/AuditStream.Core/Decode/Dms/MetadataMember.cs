namespace AuditStream.Core.Decode.Dms;

/// <summary>The members of the block <c>metadata</c> that are read, as places in a <see cref="MemberBlock"/>.</summary>
/// <remarks>The partition key's type and value are not: how a task spreads its records says nothing of the row.</remarks>
internal static class MetadataMember
{
    public const int RecordType = 0;
    public const int Operation = 1;
    public const int SchemaName = 2;
    public const int TableName = 3;
    public const int Timestamp = 4;
    public const int CommitTimestamp = 5;
    public const int TransactionId = 6;
    public const int TransactionRecordId = 7;
    public const int StreamPosition = 8;

    private static readonly string[] Names =
    [
        "record-type", "operation", "schema-name", "table-name", "timestamp", "commit-timestamp", "transaction-id", "transaction-record-id",
        "stream-position",
    ];

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(Names);

    /// <summary>The member's name on the wire.</summary>
    public static string NameOf(int member) => Names[member];
}
