using System.Globalization;
using System.Text.Json;

namespace AuditStream.App.Configuration;

/// <summary>The line on which each key of a configuration file has its value.</summary>
public sealed class JsonKeyLines
{
    private readonly Dictionary<string, int> lines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the keys of a file, with comments and trailing commas as the configuration allows them.</summary>
    /// <param name="json">The file's bytes, without byte order mark.</param>
    /// <exception cref="JsonException">It is no JSON; the exception has line and byte.</exception>
    public JsonKeyLines(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var parents = new Stack<(string Path, int Next)>(); // Next counts the elements of a list; -1 for an object
        var (name, line, counted) = ("", 1, 0);
        while (reader.Read())
        {
            line += json[counted..(int)reader.TokenStartIndex].Count((byte)'\n');
            counted = (int)reader.TokenStartIndex;
            IsObject |= reader is { CurrentDepth: 0, TokenType: JsonTokenType.StartObject };
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString() ?? "";
                continue;
            }
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                parents.Pop();
                continue;
            }
            var path = PathOf(parents, name);
            if (path.Length > 0 && !lines.TryAdd(path, line))
                Twice ??= (path, lines[path], line);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                parents.Push((path, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
        }
    }

    /// <summary>Whether the file is an object, as a configuration must be.</summary>
    public bool IsObject { get; }

    /// <summary>The first key that is there twice, with its two lines; null when there is none.</summary>
    public (string Key, int First, int Second)? Twice { get; }

    /// <summary>The line of a key, counted from 1; null when the file does not have it.</summary>
    public int? Find(string key) => lines.TryGetValue(key, out var line) ? line : null;

    private static string PathOf(Stack<(string Path, int Next)> parents, string name)
    {
        if (!parents.TryPop(out var parent))
            return "";
        parents.Push((parent.Path, parent.Next < 0 ? -1 : parent.Next + 1));
        var last = parent.Next < 0 ? name : parent.Next.ToString(CultureInfo.InvariantCulture);
        return parent.Path.Length == 0 ? last : $"{parent.Path}:{last}";
    }
}
