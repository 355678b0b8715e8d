using System.Text;
using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>One text for all writings of the same JSON: members in code-unit order, no blanks, numbers as they stand.</summary>
internal static class JsonForm
{
    internal static string Of(JsonElement element)
    {
        var text = new StringBuilder();
        Write(text, element);
        return text.ToString();
    }

    /// <summary>True when PostgreSQL's json functions could not handle it: U+0000, a lone surrogate, or a member twice.</summary>
    internal static bool IsUnfit(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => IsUnfit(element.GetRawText()),
        JsonValueKind.Array => element.EnumerateArray().Any(IsUnfit),
        JsonValueKind.Object => element.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Any(group => group.Count() > 1)
            || element.EnumerateObject().Any(member => IsUnfit(member.Value) || member.Name.Contains('\0', StringComparison.Ordinal)),
        _ => false,
    };

    private static bool IsUnfit(string rawText) => rawText.Contains("\\u0000", StringComparison.Ordinal);

    private static void Write(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    text.Append('"').Append(member.Name).Append("\":");
                    Write(text, member.Value);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray())
                {
                    Write(text, item);
                    text.Append(',');
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append('"').Append(element.GetString()).Append('"');
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }
}
