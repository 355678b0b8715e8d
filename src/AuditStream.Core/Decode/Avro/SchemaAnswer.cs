namespace AuditStream.Core.Decode.Avro;

/// <summary>The answer to the question for a schema.</summary>
public readonly struct SchemaAnswer
{
    private SchemaAnswer(
        SchemaAnswerKind kind, ReadOnlyMemory<byte> schema, string reason, IReadOnlyList<ReadOnlyMemory<byte>>? references = null)
    {
        Kind = kind;
        Schema = schema;
        Reason = reason;
        References = references ?? [];
    }

    /// <summary>Which answer it is.</summary>
    public SchemaAnswerKind Kind { get; }

    /// <summary>The Avro schema as JSON text, UTF-8; empty unless <see cref="SchemaAnswerKind.Found"/>.</summary>
    public ReadOnlyMemory<byte> Schema { get; }

    /// <summary>The texts of the schemas whose types it names, each behind those that it names itself; mostly none.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> References { get; }

    /// <summary>One sentence for people; empty when <see cref="SchemaAnswerKind.Found"/>.</summary>
    public string Reason { get; }

    /// <summary>Here it is.</summary>
    public static SchemaAnswer Found(ReadOnlyMemory<byte> schema) => new(SchemaAnswerKind.Found, schema, reason: "");

    /// <summary>Here it is, and here is what it names.</summary>
    public static SchemaAnswer Found(ReadOnlyMemory<byte> schema, IReadOnlyList<ReadOnlyMemory<byte>> references) =>
        new(SchemaAnswerKind.Found, schema, reason: "", references);

    /// <summary>There is none of this id.</summary>
    public static SchemaAnswer Unknown(string reason) => new(SchemaAnswerKind.Unknown, schema: default, reason);

    /// <summary>There is one, of a kind that is not read.</summary>
    public static SchemaAnswer Unsupported(string reason) => new(SchemaAnswerKind.Unsupported, schema: default, reason);

    /// <summary>It cannot be told now.</summary>
    public static SchemaAnswer NotNow(string reason) => new(SchemaAnswerKind.NotNow, schema: default, reason);
}
