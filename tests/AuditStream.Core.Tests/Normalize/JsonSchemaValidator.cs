using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>A validator for the keywords of JSON Schema that the event's schema uses. Any other keyword is an error, so that none is
/// passed over. Stricter than the schema in one point: a member that it does not describe is an error.</summary>
internal static class JsonSchemaValidator
{
    private static readonly HashSet<string> annotations = ["$schema", "$id", "title", "description"];

    /// <summary>What is wrong with the value, each with its place; empty when nothing is.</summary>
    public static List<string> Errors(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check(schema, value, "$", errors);
        return errors;
    }

    private static void Check(JsonElement schema, JsonElement value, string place, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var isRight = keyword.Name switch
            {
                "type" => Names(keyword.Value).Any(type => IsOfType(type, value)),
                "const" => JsonElement.DeepEquals(keyword.Value, value),
                "enum" => keyword.Value.EnumerateArray().Any(entry => JsonElement.DeepEquals(entry, value)),
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString() ?? "", keyword.Value.GetString() ?? ""),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetInt64() >= keyword.Value.GetInt64(),
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= keyword.Value.GetInt32(),
                "uniqueItems" => value.ValueKind != JsonValueKind.Array || AreUnique(value),
                "required" => value.ValueKind != JsonValueKind.Object || Names(keyword.Value).All(name => value.TryGetProperty(name, out _)),
                "properties" => CheckMembers(keyword.Value, value, place, errors),
                "items" => CheckItems(keyword.Value, value, place, errors),
                _ when annotations.Contains(keyword.Name) => true,
                _ => throw new NotSupportedException($"The schema uses {keyword.Name}, which this validator does not know."),
            };
            if (!isRight)
                errors.Add($"{place}: {keyword.Name} {keyword.Value.GetRawText()}");
        }
    }

    private static bool CheckMembers(JsonElement properties, JsonElement value, string place, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out var schema))
                Check(schema, member.Value, $"{place}.{member.Name}", errors);
            else
                errors.Add($"{place}.{member.Name}: not described");
        }
        return true;
    }

    private static bool CheckItems(JsonElement schema, JsonElement value, string place, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
            Check(schema, item, string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]"), errors);
        return true;
    }

    private static bool IsOfType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"The schema uses type {type}, which this validator does not know."),
    };

    private static bool AreUnique(JsonElement array)
        => array.EnumerateArray().Select(item => item.GetRawText()).Distinct(StringComparer.Ordinal).Count() == array.GetArrayLength();

    private static IEnumerable<string> Names(JsonElement nameOrNames)
        => nameOrNames.ValueKind == JsonValueKind.Array
            ? nameOrNames.EnumerateArray().Select(name => name.GetString() ?? "")
            : [nameOrNames.GetString() ?? ""];
}
