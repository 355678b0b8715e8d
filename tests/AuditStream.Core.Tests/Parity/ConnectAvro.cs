using System.Text.Json.Nodes;
using AuditStream.Core.Tests.Decode.Avro;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Avro as Connect's converter writes it: its schemas, and values in its binary form.</summary>
internal static class ConnectAvro
{
    /// <summary>The schema's text.</summary>
    public static string Schema(ConnectType type) => Node(type, []).ToJsonString();

    /// <summary>A value in Confluent's framing.</summary>
    public static byte[] Datum(int id, ConnectType type, object? value)
    {
        var writer = new AvroWriter();
        Write(writer, type, value);
        return AvroWriter.Framed(id, writer.ToArray());
    }

    private static JsonNode Node(ConnectType type, HashSet<string> known)
    {
        var bare = Bare(type, known);
        // The branch of the default comes first.
        return !type.IsOptional ? bare : type.Default is null ? new JsonArray("null", bare) : new JsonArray(bare, "null");
    }

    private static JsonNode Bare(ConnectType type, HashSet<string> known)
    {
        if (type.Type == "array")
            return new JsonObject { ["type"] = "array", ["items"] = Node(type.Items.ShouldNotBeNull(), known) };
        if (type.Type == "struct")
            return Record(type, known);
        var primitive = type.Type switch { "int32" => "int", "int64" => "long", _ => type.Type };
        if (type.Name is null && type.Default is null)
            return JsonValue.Create(primitive);
        var node = new JsonObject { ["type"] = primitive };
        if (type.Name is not null)
        {
            var parameters = type.Parameters.Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)entry.Value)).ToList();
            var isDecimal = type.Name == "org.apache.kafka.connect.data.Decimal";
            if (isDecimal)
            {
                node["scale"] = JsonNode.Parse(type.Parameters[0].Value);
                node["precision"] = JsonNode.Parse(type.Parameters[1].Value);
                node["logicalType"] = "decimal";
            }

            node["connect.version"] = 1;
            if (parameters.Count > 0)
                node["connect.parameters"] = new JsonObject(parameters);
            node["connect.name"] = type.Name;
        }

        if (type.Default is not null)
            node["connect.default"] = type.Default;
        return node;
    }

    private static JsonNode Record(ConnectType type, HashSet<string> known)
    {
        var name = type.Name.ShouldNotBeNull();
        if (!known.Add(name))
            return JsonValue.Create(name);
        var dot = name.LastIndexOf('.');
        var fields = new JsonArray();
        foreach (var (fieldName, fieldType) in type.Fields)
        {
            var field = new JsonObject { ["name"] = fieldName, ["type"] = Node(fieldType, known) };
            if (fieldType.Default is not null)
                field["default"] = fieldType.Default;
            else if (fieldType.IsOptional)
                field["default"] = null;
            fields.Add(field);
        }

        return new JsonObject
        {
            ["type"] = "record", ["name"] = name[(dot + 1)..], ["namespace"] = name[..dot], ["fields"] = fields, ["connect.name"] = name,
        };
    }

    private static void Write(AvroWriter writer, ConnectType type, object? value)
    {
        var written = type.Written(value);
        if (type.IsOptional)
        {
            // Branch 0 is the default's: null, or the type.
            writer.Long((written is null) == (type.Default is null) ? 0 : 1);
            if (written is null)
                return;
        }

        switch (written)
        {
            case object?[] elements when type.Type == "array":
                if (elements.Length > 0)
                    writer.Long(elements.Length);
                foreach (var element in elements)
                    Write(writer, type.Items.ShouldNotBeNull(), element);
                writer.Long(0);
                break;
            case object?[] fields:
                for (var field = 0; field < type.Fields.Count; field++)
                    Write(writer, type.Fields[field].Type, fields[field]);
                break;
            case byte[] bytes:
                writer.Bytes(bytes);
                break;
            case double number:
                writer.Double(number);
                break;
            case int number:
                writer.Long(number);
                break;
            case long number:
                writer.Long(number);
                break;
            case bool flag:
                writer.Boolean(flag);
                break;
            default:
                writer.String((string)written.ShouldNotBeNull());
                break;
        }
    }
}
