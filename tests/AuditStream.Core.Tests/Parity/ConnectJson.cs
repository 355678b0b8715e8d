using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>JSON as Connect's converter writes it.</summary>
internal static class ConnectJson
{
    private static readonly ConcurrentDictionary<ConnectType, string> Schemas = new(ReferenceEqualityComparer.Instance);

    /// <summary>A record with its schema.</summary>
    public static byte[] WithSchema(ConnectType type, object? value) =>
        [.. Encoding.UTF8.GetBytes($"{{\"schema\":{Schemas.GetOrAdd(type, node => Schema(node).ToJsonString())},\"payload\":"),
            .. RecordSequence.Bytes(Payload(type, value).ShouldNotBeNull()), (byte)'}'];

    /// <summary>A value: bytes in base64, structs as objects.</summary>
    public static JsonNode? Payload(ConnectType type, object? value)
    {
        var written = type.Written(value);
        return written switch
        {
            null => null,
            object?[] elements when type.Type == "array" => new JsonArray([.. elements.Select(element => Payload(type.Items.ShouldNotBeNull(), element))]),
            object?[] fields => new JsonObject(type.Fields.Zip(fields, (field, content) => KeyValuePair.Create(field.Name, Payload(field.Type, content)))),
            byte[] bytes => JsonValue.Create(Convert.ToBase64String(bytes)),
            double number => JsonNode.Parse(JavaDouble(number)),
            int number => JsonValue.Create(number),
            long number => JsonValue.Create(number),
            bool flag => JsonValue.Create(flag),
            _ => JsonValue.Create((string)written),
        };
    }

    private static JsonObject Schema(ConnectType type, string? field = null)
    {
        var schema = new JsonObject { ["type"] = type.Type };
        if (type.Type == "struct")
            schema["fields"] = new JsonArray([.. type.Fields.Select(entry => Schema(entry.Type, entry.Name))]);
        if (type.Items is not null)
            schema["items"] = Schema(type.Items);
        schema["optional"] = type.IsOptional;
        if (type.Default is not null)
            schema["default"] = type.Default;
        if (type.Name is not null)
        {
            schema["name"] = type.Name;
            schema["version"] = 1;
        }

        if (type.Parameters.Count > 0)
            schema["parameters"] = new JsonObject(type.Parameters.Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)entry.Value)));
        if (field is not null)
            schema["field"] = field;
        return schema;
    }

    /// <summary>A number as Java's <c>Double.toString</c> writes it: <c>10.0</c>, <c>1.0E22</c>.</summary>
    private static string JavaDouble(double number)
    {
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var size = Math.Abs(number);
        if (size is 0 or (>= 1e-3 and < 1e7))
            return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";
        var exponent = int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var mantissa = shortest.Contains('E', StringComparison.Ordinal) ? shortest[..shortest.IndexOf('E', StringComparison.Ordinal)] : shortest;
        var sign = number < 0 ? "-" : "";
        var digits = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Trim('0');
        return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent}";
    }
}
