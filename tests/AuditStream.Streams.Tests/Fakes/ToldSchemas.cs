using AuditStream.Core.Decode.Avro;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A registry that gives the answer that it was told to give.</summary>
internal sealed class ToldSchemas : ISchemaSource
{
    internal SchemaAnswer Answer { get; set; }

    public SchemaAnswer Find(SchemaId id) => Answer;
}
