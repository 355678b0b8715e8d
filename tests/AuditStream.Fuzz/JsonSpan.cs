namespace AuditStream.Fuzz;

/// <summary>Where a JSON value stands in a text, with the name before it where it is a member.</summary>
/// <param name="NameStart">The name's opening quote; equal to <paramref name="Start"/> for a value that has none.</param>
/// <param name="Start">The value's first byte.</param>
/// <param name="End">The byte behind its last.</param>
internal readonly record struct JsonSpan(int NameStart, int Start, int End)
{
    /// <summary>True for a member of an object.</summary>
    public bool HasName => NameStart < Start;

    /// <summary>Finds every value of a text, as far as it is JSON: a broken one has fewer.</summary>
    public static List<JsonSpan> Find(ReadOnlySpan<byte> text)
    {
        var found = new List<JsonSpan>();
        var open = new Stack<(int NameStart, int Start)>();
        var name = -1;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            switch (text[at])
            {
                case (byte)'{' or (byte)'[':
                    open.Push((name < 0 ? at : name, at));
                    name = -1;
                    at++;
                    continue;
                case (byte)'}' or (byte)']':
                    at++;
                    if (open.TryPop(out var opened))
                        found.Add(new JsonSpan(opened.NameStart, opened.Start, at));
                    continue;
                case (byte)'"':
                    at = EndOfString(text, at);
                    var next = at;
                    while (next < text.Length && text[next] <= ' ')
                        next++;
                    if (next < text.Length && text[next] == ':')
                    {
                        name = start;
                        at = next + 1;
                        continue;
                    }
                    break;
                case (byte)',' or (byte)':' or <= (byte)' ':
                    at++;
                    continue;
                default:
                    while (at < text.Length && text[at] > ' ' && !",:\"{}[]"u8.Contains(text[at]))
                        at++;
                    break;
            }

            found.Add(new JsonSpan(name < 0 ? start : name, start, at));
            name = -1;
        }

        return found;
    }

    private static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\')
                at++;
        }

        return Math.Min(at + 1, text.Length);
    }
}
