using System.Text;
using System.Text.Json;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Says whether a JSON text is canonical: written anew from its parsed form, in canonical order and escapes, it is the same text.</summary>
internal static class CanonicalForm
{
    public static void Check(JsonElement element, string text)
    {
        var anew = new StringBuilder();
        Write(element, anew);
        anew.ToString().ShouldBe(text);
    }

    private static void Write(JsonElement element, StringBuilder to)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToArray();
                members.Select(member => member.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(members.Length, $"a member is there twice: {element.GetRawText()}");
                WriteAll(to, '{', '}', members, member =>
                {
                    WriteString(member.Name, to);
                    to.Append(':');
                    Write(member.Value, to);
                });
                break;
            case JsonValueKind.Array:
                WriteAll(to, '[', ']', [.. element.EnumerateArray()], item => Write(item, to));
                break;
            case JsonValueKind.String:
                WriteString(element.GetString() ?? "", to);
                break;
            default:
                to.Append(element.GetRawText());
                break;
        }
    }

    private static void WriteAll<T>(StringBuilder to, char open, char close, T[] items, Action<T> write)
    {
        to.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                to.Append(',');
            write(items[i]);
        }
        to.Append(close);
    }

    // RFC 8785 section 3.2.2.2.
    private static void WriteString(string text, StringBuilder to)
    {
        to.Append('"');
        foreach (var character in text)
        {
            var escape = "\b\t\n\f\r\"\\".IndexOf(character, StringComparison.Ordinal);
            if (escape >= 0)
                to.Append('\\').Append("btnfr\"\\"[escape]);
            else if (character < ' ')
                to.Append("\\u").Append(((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                to.Append(character);
        }
        to.Append('"');
    }
}
