using System.Globalization;
using AuditStream.App.Schemas;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.Fuzz;

/// <summary>The schemas of Avro records out of folders, read once.</summary>
internal sealed class MemorySchemas : ISchemaSource
{
    private readonly Dictionary<SchemaId, SchemaAnswer> answers = [];

    /// <summary>Adds the schemas of a folder: <c>7.json</c> is that of id 7.</summary>
    public void Add(string folder)
    {
        var files = new FileSchemas(folder);
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            if (UInt128.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                var id = new SchemaId(SchemaIdKind.Confluent, number);
                answers.TryAdd(id, files.Find(id));
            }
        }
    }

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id) => answers.TryGetValue(id, out var answer) ? answer : SchemaAnswer.Unknown("There is no such schema.");
}
