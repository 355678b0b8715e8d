using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditStream.Core.Json;

namespace AuditStream.App.Asking;

/// <summary>Turns a row's key as a person types it into the form that the store has.</summary>
/// <remarks>Three forms: <c>{"id":42}</c>; <c>region=eu,id=42</c>; <c>42</c>, where the key has one column, whose name an example tells. In the store's form
/// members are in the order of their names and every number is a string.</remarks>
internal static class KeyText
{
    /// <summary>Whether the text says the names of the key's columns itself.</summary>
    public static bool NamesColumns(string text) => text.StartsWith('{') || text.Contains('=', StringComparison.Ordinal);

    /// <summary>Reads a key.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="example">The key of some row of the table, in the store's form; needed where <paramref name="text"/> is a value only.</param>
    /// <param name="key">The key in the store's form.</param>
    /// <param name="fault">What is wrong with it, as a sentence.</param>
    public static bool TryParse(string text, string? example, [NotNullWhen(true)] out string? key, [NotNullWhen(false)] out string? fault)
    {
        (key, fault) = (null, null);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (text.StartsWith('{'))
        {
            if (Parsed(text) is not { } given)
            {
                fault = "The key begins with { and is no JSON object.";
                return false;
            }
            foreach (var (name, value) in given)
                members[name] = Canonical(value);
        }
        else if (text.Contains('=', StringComparison.Ordinal))
        {
            foreach (var part in text.Split(','))
            {
                var at = part.IndexOf('=', StringComparison.Ordinal);
                if (at <= 0)
                {
                    fault = $"'{part}' of the key is no NAME=VALUE.";
                    return false;
                }
                members[part[..at]] = Quoted(part[(at + 1)..]);
            }
        }
        else if (example is not null && Parsed(example) is { Count: 1 } single)
        {
            members[single.First().Key] = Quoted(text);
        }
        else
        {
            fault = example is null ? "No event of this table has a key: name the columns as NAME=VALUE." : $"The key has several columns, as in {example}.";
            return false;
        }
        key = "{" + string.Join(',', members.Select(member => Quoted(member.Key) + ":" + member.Value)) + "}";
        return true;
    }

    private static JsonObject? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Canonical(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.String => Quoted(value.GetValue<string>()),
        JsonValueKind.Number => Quoted(value.ToJsonString()),
        _ => value.ToJsonString(),
    };

    private static string Quoted(string text) => Encoding.UTF8.GetString(CanonicalText.Quoted(text));
}
