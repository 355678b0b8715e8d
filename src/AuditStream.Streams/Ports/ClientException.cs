namespace AuditStream.Streams.Ports;

/// <summary>An error of a Kafka client, sorted by what to do about it.</summary>
public sealed class ClientException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="errorClass">What to do.</param>
    /// <param name="code">The client's or broker's code by name, such as <c>ProducerFenced</c>.</param>
    /// <param name="message">What was done, what came of it; no record bytes.</param>
    /// <param name="innerException">What the client library threw.</param>
    public ClientException(ClientErrorClass errorClass, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorClass = errorClass;
        Code = code;
    }

    /// <summary>What to do.</summary>
    public ClientErrorClass ErrorClass { get; }

    /// <summary>The client's or broker's code by name.</summary>
    public string Code { get; }

    /// <summary>True when the open transaction is to be dropped for it, and done again.</summary>
    internal bool CostsTheTransaction => ErrorClass is ClientErrorClass.RequiresAbort or ClientErrorClass.TooLarge or ClientErrorClass.Rebalanced
        or ClientErrorClass.Retriable or ClientErrorClass.TopicMissing;

    /// <summary>True when the cause is the size of a record, whatever the class.</summary>
    public bool IsAboutSize => Code is "MsgSizeTooLarge" or "RecordListTooLarge" or "InvalidMsgSize";
}
