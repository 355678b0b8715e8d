namespace AuditStream.Core.Decode.Envelopes;

/// <summary>The members of a wrapper that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class TopMember
{
    public const int LambdaRecords = 0;
    public const int OtherRecords = 1;
    public const int EventSource = 2;
    public const int DeliveryStreamArn = 3;
    public const int IsFinalInvoke = 4;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new("Records", "records", "eventSource", "deliveryStreamArn", "isFinalInvokeForWindow");
}
