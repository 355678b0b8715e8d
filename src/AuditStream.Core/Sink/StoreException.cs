namespace AuditStream.Core.Sink;

/// <summary>The store could not write a batch because its environment is broken. Never about one row: those are counted as refused.</summary>
public sealed class StoreException : Exception
{
    /// <summary>The code of a transient error: another writer has claimed a shard of the batch since. Who is still assigned may write again, which claims
    /// it back; who is not drops the batch.</summary>
    public const string FencedCode = "fenced";

    /// <summary>Makes the exception.</summary>
    /// <param name="errorClass">Transient or systemic.</param>
    /// <param name="code">The SQLSTATE, or <c>connection</c>.</param>
    /// <param name="message">What happened, why, and what to do; no row values.</param>
    /// <param name="innerException">What the client library threw; its message may hold row values and is not to be logged.</param>
    public StoreException(StoreErrorClass errorClass, string code, string message, Exception? innerException)
        : base(message, innerException)
    {
        ErrorClass = errorClass;
        Code = code;
    }

    /// <summary>Transient or systemic.</summary>
    public StoreErrorClass ErrorClass { get; }

    /// <summary>The SQLSTATE, or <c>connection</c> when the server was not reached.</summary>
    public string Code { get; }
}
