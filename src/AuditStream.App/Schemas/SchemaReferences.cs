using System.Globalization;
using System.Text;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>Collects the schemas that a schema refers to, and those that these refer to: each once, behind those that it needs itself.</summary>
/// <param name="id">The schema that is asked for.</param>
/// <param name="from">Where it comes from.</param>
/// <param name="fetch">Gets the text of one, or says why it cannot be had.</param>
internal sealed class SchemaReferences(SchemaId id, string from, Func<RegistryReference, (byte[] Json, SchemaAnswer Failure)> fetch)
{
    /// <summary>How many schemas one may refer to, all together.</summary>
    public const int MaxReferences = 100;

    private readonly HashSet<RegistryReference> seen = [];
    private readonly List<ReadOnlyMemory<byte>> texts = [];

    /// <summary>Their texts.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Texts => texts;

    /// <summary>Adds them; null when all are there, else the answer to give.</summary>
    public SchemaAnswer? Add(IEnumerable<RegistryReference?> references)
    {
        foreach (var reference in references)
        {
            if (reference is null)
                return NoAnswer();
            // Seen before it is read: schemas that refer to each other end here.
            if (!seen.Add(reference))
                continue;
            if (seen.Count > MaxReferences)
                return SchemaAnswer.Unsupported(string.Create(CultureInfo.InvariantCulture, $"Schema {id} refers to more than {MaxReferences} others."));
            if (Add(reference) is { } failure)
                return failure;
        }
        return null;
    }

    private SchemaAnswer? Add(RegistryReference reference)
    {
        var (json, failure) = fetch(reference);
        if (failure.Kind != SchemaAnswerKind.Found)
            return failure;
        if (reference.Subject is null || RegistryText.Parse(json) is not { Schema: not null } text)
            return NoAnswer();
        if (text.References is { Length: > 0 } more && Add(more) is { } inner)
            return inner;
        texts.Add(Encoding.UTF8.GetBytes(text.Schema));
        return null;
    }
    private SchemaAnswer NoAnswer() => SchemaAnswer.Unsupported($"What {from} holds for a schema that schema {id} refers to is not what a registry answers.");
}
