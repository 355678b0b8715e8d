namespace AuditStream.Streams;

/// <summary>A worker cannot go on. The message says what happened and what to do, and holds no row values.</summary>
public sealed class StreamsException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StreamsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
