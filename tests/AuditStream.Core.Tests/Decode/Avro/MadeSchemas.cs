using System.Text;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>Schemas by id for tests; counts how often it is asked.</summary>
internal sealed class MadeSchemas : ISchemaSource
{
    private readonly Dictionary<SchemaId, SchemaAnswer> answers = [];

    public int Asked { get; private set; }

    public MadeSchemas With(int id, string schema) =>
        With(new SchemaId(SchemaIdKind.Confluent, (UInt128)id), SchemaAnswer.Found(Encoding.UTF8.GetBytes(schema)));

    public MadeSchemas With(SchemaId id, SchemaAnswer answer)
    {
        answers[id] = answer;
        return this;
    }

    public SchemaAnswer Find(SchemaId id)
    {
        Asked++;
        return answers.TryGetValue(id, out var answer) ? answer : SchemaAnswer.Unknown($"There is no schema {id}.");
    }
}
