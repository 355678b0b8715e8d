namespace AuditStream.Core.Decode.Avro;

/// <summary>A record's schema cannot be told now. It says nothing about the record, which is to be given again later; nothing of it was
/// emitted.</summary>
public sealed class SchemaNotNowException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is not there, for people.</param>
    public SchemaNotNowException(string message)
        : base(message)
    {
    }
}
