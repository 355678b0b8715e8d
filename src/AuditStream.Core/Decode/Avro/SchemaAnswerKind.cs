namespace AuditStream.Core.Decode.Avro;

/// <summary>The answers that there are to the question for a schema.</summary>
public enum SchemaAnswerKind : byte
{
    /// <summary>It cannot be told now: to be asked again later. Says nothing about the record.</summary>
    NotNow,

    /// <summary>Here it is.</summary>
    Found,

    /// <summary>There is none of this id.</summary>
    Unknown,

    /// <summary>There is one, of a kind that is not read.</summary>
    Unsupported,
}
