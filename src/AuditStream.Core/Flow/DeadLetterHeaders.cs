namespace AuditStream.Core.Flow;

/// <summary>The headers that a dead letter carries behind the refused record's own, in this order.</summary>
public static class DeadLetterHeaders
{
    /// <summary>The rejection's code in kebab-case. The first of ours: what stands before its last occurrence is the refused record's own.</summary>
    public const string Reason = "auditstream-reason";

    /// <summary>One sentence without row values.</summary>
    public const string Message = "auditstream-message";

    /// <summary>The refused record's topic.</summary>
    public const string Topic = "auditstream-topic";

    /// <summary>Its partition, in decimal digits.</summary>
    public const string Partition = "auditstream-partition";

    /// <summary>Its offset, in decimal digits.</summary>
    public const string Offset = "auditstream-offset";

    /// <summary>Its timestamp in milliseconds since the Unix epoch, in decimal digits; -1 when it had none.</summary>
    public const string Timestamp = "auditstream-timestamp";

    /// <summary>Who refused it: <c>normalize</c> or <c>images</c>.</summary>
    public const string Stage = "auditstream-stage";

    /// <summary>Which attempt it was, from 1.</summary>
    public const string Attempt = "auditstream-attempt";

    /// <summary>Where in the value it went wrong, in bytes from 0; left out when no place can be named.</summary>
    public const string ByteOffset = "auditstream-byte-offset";
}
