using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuditStream.App.Tests.Configuration;

/// <summary>Checks JSON against the part of JSON Schema that the configuration's schema uses.</summary>
internal static class SchemaValidator
{
    private static readonly string[] known =
    [
        "$schema", "title", "description", "default", "format",
        "type", "properties", "additionalProperties", "items", "minItems", "enum", "minimum", "maximum", "pattern",
    ];

    /// <summary>The paths of what does not fit; empty when all does.</summary>
    public static List<string> Problems(JsonNode schema, JsonNode? value, string path = "")
    {
        schema.AsObject().Select(member => member.Key).Except(known).ShouldBeEmpty("this validator does not know these words");
        var problems = new List<string>();
        if (schema["type"] is { } type && !Types(type).Contains(TypeOf(value)) && !(Types(type).Contains("number") && TypeOf(value) == "integer"))
            return [path];
        if (schema["enum"] is JsonArray names && !names.Any(name => JsonNode.DeepEquals(name, value)))
            problems.Add(path);
        if (value is JsonObject members)
            problems.AddRange(members.SelectMany(member => Member(schema, member.Key, member.Value, $"{path}/{member.Key}")));
        if (value is JsonArray elements)
        {
            if (elements.Count < ((int?)schema["minItems"] ?? 0))
                problems.Add(path);
            problems.AddRange(elements.SelectMany((element, index) => Problems(schema["items"].ShouldNotBeNull(), element, $"{path}/{index}")));
        }
        if (TypeOf(value) == "integer" && ((long?)value < (long?)schema["minimum"] || (long?)value > (long?)schema["maximum"]))
            problems.Add(path);
        if (TypeOf(value) == "string" && schema["pattern"] is { } pattern && !Regex.IsMatch((string?)value ?? "", (string?)pattern ?? ""))
            problems.Add(path);
        return problems;
    }

    private static IEnumerable<string> Member(JsonNode schema, string name, JsonNode? value, string path)
    {
        if (schema["properties"]?[name] is { } own)
            return Problems(own, value, path);
        return schema["additionalProperties"] is JsonObject others ? Problems(others, value, path) : [path];
    }

    private static string[] Types(JsonNode type) => type is JsonArray several ? [.. several.Select(one => (string?)one ?? "")] : [(string?)type ?? ""];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().Contains('.') ? "number" : "integer",
        _ => "null",
    };
}
