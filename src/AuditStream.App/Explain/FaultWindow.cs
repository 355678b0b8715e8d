using System.Globalization;
using System.Text;

namespace AuditStream.App.Explain;

/// <summary>A few bytes around the place where a text went wrong, as hex and as characters.</summary>
internal static class FaultWindow
{
    /// <summary>How many bytes are shown before the place, and from it on.</summary>
    public const int SideBytes = 12;

    /// <summary>Two lines at most: what is before the place, and what begins there.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="at">The place, in bytes from 0; at the end of the text when it ends too early.</param>
    public static IReadOnlyList<string> Lines(ReadOnlySpan<byte> bytes, long at)
    {
        var place = (int)Math.Clamp(at, 0, bytes.Length);
        var from = Math.Max(place - SideBytes, 0);
        var lines = new List<string>();
        if (from < place)
            lines.Add(Line(from, bytes[from..place], isFault: false));
        lines.Add(place == bytes.Length
            ? string.Create(CultureInfo.InvariantCulture, $"> {place,6}  (the end)")
            : Line(place, bytes[place..Math.Min(place + SideBytes, bytes.Length)], isFault: true));
        return lines;
    }

    private static string Line(int from, ReadOnlySpan<byte> bytes, bool isFault)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(isFault ? '>' : ' ')} {from,6} ");
        foreach (var one in bytes)
            text.Append(CultureInfo.InvariantCulture, $" {one:x2}");
        text.Append(' ', 3 * (SideBytes - bytes.Length) + 2);
        foreach (var one in bytes)
            text.Append(one is >= 0x20 and < 0x7f ? (char)one : '.');
        return text.ToString();
    }
}
