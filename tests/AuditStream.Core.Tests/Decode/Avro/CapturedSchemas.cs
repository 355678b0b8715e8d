using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>The schemas of the captured Avro messages, as a registry answered with them.</summary>
internal static class CapturedSchemas
{
    public static MadeSchemas Read()
    {
        var schemas = new MadeSchemas();
        foreach (var file in Directory.GetFiles(Path.Combine(CapturedMessages.Folder ?? "", "debezium", "pg-e-avro", "schemas"), "*.json"))
        {
            if (UInt128.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                var schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file)).GetProperty("schema").GetString() ?? "";
                schemas.With(new SchemaId(SchemaIdKind.Confluent, id), SchemaAnswer.Found(Encoding.UTF8.GetBytes(schema)));
            }
        }

        return schemas;
    }
}
