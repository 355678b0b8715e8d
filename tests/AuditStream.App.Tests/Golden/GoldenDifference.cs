using System.Text.Json;

namespace AuditStream.App.Tests.Golden;

/// <summary>What differs between two JSON texts, place by place.</summary>
internal static class GoldenDifference
{
    private const int MaxShown = 25;
    private const int MaxCharacters = 200;

    /// <summary>Reads JSON as deep as a column's value may be.</summary>
    public static JsonSerializerOptions Options { get; } = new() { MaxDepth = 1024 };

    /// <summary>A line for each place, with what is approved and what is there now; the first of them when there are many.</summary>
    public static IEnumerable<string> Of(string approved, string actual)
    {
        var found = Between("", Read(approved), Read(actual)).Take(MaxShown + 1).ToArray();
        return found.Length switch
        {
            0 => ["The values are the same; the order of members or the layout is not."],
            > MaxShown => [.. found[..MaxShown], "… and more."],
            _ => found,
        };
    }

    private static JsonElement Read(string text) => JsonSerializer.Deserialize<JsonElement>(text, Options);

    private static IEnumerable<string> Between(string place, JsonElement approved, JsonElement actual)
    {
        if (approved.ValueKind == JsonValueKind.Object && actual.ValueKind == JsonValueKind.Object)
        {
            var names = approved.EnumerateObject().Concat(actual.EnumerateObject()).Select(member => member.Name).Distinct().ToArray();
            return names.SelectMany(name => Between($"{place}.{name}", Member(approved, name), Member(actual, name)));
        }
        if (approved.ValueKind == JsonValueKind.Array && actual.ValueKind == JsonValueKind.Array)
        {
            var length = Math.Max(approved.GetArrayLength(), actual.GetArrayLength());
            return Enumerable.Range(0, length).SelectMany(i => Between($"{place}[{i}]", Item(approved, i), Item(actual, i)));
        }
        return Text(approved) == Text(actual) ? [] : [$"{place.TrimStart('.')}\n    approved {Text(approved)}\n    actual   {Text(actual)}"];
    }

    private static JsonElement Member(JsonElement owner, string name) => owner.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement Item(JsonElement owner, int index) => index < owner.GetArrayLength() ? owner[index] : default;

    private static string Text(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Undefined ? "(nothing)" : value.GetRawText();
        return text.Length > MaxCharacters ? $"{text[..MaxCharacters]}… ({text.Length} characters)" : text;
    }
}
