using System.Globalization;
using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Properties;

/// <summary>A JSON value that knows its canonical text and which others mean the same; written by nothing of the product.</summary>
/// <param name="Kind">What it is: one of <c>n b # " [ {</c>.</param>
/// <param name="Text">A literal or number as written, a string's content.</param>
/// <param name="Items">An array's elements, or a map's values.</param>
/// <param name="Names">A map's names, each once.</param>
internal sealed record MadeJson(char Kind, string Text, MadeJson[] Items, string[] Names)
{
    private const int MaxDepth = 3;

    private static readonly string[] Fragments =
        ["a", "x y", "Weiß", "李", "𝄞", "\"", "\\", "/", "\n", "\u001f", "\u007f", "\u2028", "'", "{", "]", "e9", "-0", "*", "true", " ", ".", "$bytes", "é"];

    public static MadeJson Null { get; } = new('n', "null", [], []);

    /// <summary>Values without parts.</summary>
    public static Gen<MadeJson> Scalars { get; } = Gen.Frequency(
        (1, Gen.Constant(Null)),
        (2, Gen.Elements("true", "false").Select(text => new MadeJson('b', text, [], []))),
        (4, Numbers()),
        (4, Texts(minParts: 0).Select(String)));

    /// <summary>Names of columns: blanks, quotes and dots, upper case, other scripts, and what the envelopes' own members are called.</summary>
    public static Gen<string> ColumnNames { get; } = Gen.Frequency(
        (3, Gen.Elements("id", "note", "Total", "a.b", "a b", "order-id", "ünï", "op", "before", "after", "source", "data", "schema", "payload", "metadata", "old", "key")),
        (1, Texts(minParts: 1)));

    /// <summary>Values of all kinds, a few levels deep.</summary>
    public static Gen<MadeJson> All { get; } = Any(MaxDepth);

    public static MadeJson String(string content) => new('"', content, [], []);

    public static MadeJson Number(string text) => new('#', text, [], []);

    /// <summary>The canonical text.</summary>
    public override string ToString() => Kind switch
    {
        '"' => Quote(Text),
        '[' => $"[{string.Join(',', Items.Select(item => item.ToString()))}]",
        '{' => $"{{{string.Join(',', Names.Zip(Items).OrderBy(pair => pair.First, StringComparer.Ordinal).Select(pair => $"{Quote(pair.First)}:{pair.Second}"))}}}",
        _ => Text,
    };

    /// <summary>The text as somebody may write it: members in their own order, blanks, escapes that need not be.</summary>
    /// <param name="style">0 for none of it.</param>
    public string Written(int style) => Kind switch
    {
        '"' => Quote(Text, style),
        '[' => $"[{Blank(style)}{string.Join("," + Blank(style), Items.Select(item => item.Written(style)))}]",
        '{' => $"{{{Blank(style)}{string.Join(",", Names.Zip(Items, (name, item) => $"{Quote(name, style)}{Blank(style)}:{item.Written(style)}"))}}}",
        _ => Text,
    };

    /// <summary>True when both mean the same: numbers as numbers, of which minus zero is one of its own, all else as it is.</summary>
    public bool IsSameAs(MadeJson other)
    {
        if (Kind != other.Kind)
            return false;
        return Kind switch
        {
            '#' => Meaning(Text) == Meaning(other.Text),
            '[' => Items.Length == other.Items.Length && Items.Zip(other.Items).All(pair => pair.First.IsSameAs(pair.Second)),
            '{' => Names.Length == other.Names.Length && Names.Zip(Items).All(pair =>
                System.Array.IndexOf(other.Names, pair.First) is >= 0 and var at && pair.Second.IsSameAs(other.Items[at])),
            _ => Text == other.Text,
        };
    }

    /// <summary>Simpler values.</summary>
    public static IEnumerable<MadeJson> Shrink(MadeJson value)
    {
        if (value.Kind == 'n')
            return [];
        MadeJson[] simple = value.Kind is '"' && value.Text.Length > 0 ? [Null, .. ShorterText(value.Text).Select(String)] : [Null];
        var parts = value.Items.Concat(Forall.Shorter([.. Enumerable.Range(0, value.Items.Length)]).Select(kept => value with
        {
            Items = [.. kept.Select(at => value.Items[at])],
            Names = value.Kind == '{' ? [.. kept.Select(at => value.Names[at])] : [],
        }));
        var inner = Enumerable.Range(0, value.Items.Length).SelectMany(at => Shrink(value.Items[at])
            .Select(simpler => value with { Items = [.. value.Items[..at], simpler, .. value.Items[(at + 1)..]] }));
        return [.. simple, .. parts, .. inner];
    }

    public static string Quote(string text, int style = 0)
    {
        var written = new StringBuilder("\"");
        foreach (var character in text)
        {
            var escape = "\b\t\n\f\r\"\\".IndexOf(character, StringComparison.Ordinal);
            if (style % 3 == 1 && character > 'w')
                written.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else if (escape >= 0)
                written.Append('\\').Append("btnfr\"\\"[escape]);
            else if (style % 3 == 2 && character == '/')
                written.Append("\\/");
            else if (character < ' ')
                written.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                written.Append(character);
        }

        return written.Append('"').ToString();
    }

    private static IEnumerable<string> ShorterText(string text) => new[] { "", text[..(text.Length / 2)], text[1..] }
        .Where(shorter => shorter.Length < text.Length && !shorter.Any(char.IsSurrogate));

    private static Gen<string> Texts(int minParts) =>
        from count in Gen.Choose(minParts, 4)
        from parts in Gen.ArrayOf(Gen.Elements(Fragments), count)
        select string.Concat(parts);

    /// <summary>A number in one of the ways in which it can be written.</summary>
    private static Gen<MadeJson> Numbers() =>
        from digits in Gen.Frequency((3, Gen.Choose(-20, 20).Select(small => $"{small}")), (1, Gen.Elements("-0", "9223372036854775807", "-99999999999999999999999999999999999999")))
        from form in Gen.Elements("", ".0", ".50", "e0", "E+2", "e-3", ".25e1")
        select Number(digits + form);

    private static Gen<MadeJson> Any(int depth) => depth == 0 ? Scalars : Gen.Frequency(
        (6, Scalars),
        (1, from count in Gen.Choose(0, 3) from items in Gen.ArrayOf(Any(depth - 1), count) select new MadeJson('[', "", items, [])),
        (2, from names in Gen.ArrayOf(ColumnNames, 3).Select(all => all.Distinct(StringComparer.Ordinal).ToArray())
            from items in Gen.ArrayOf(Any(depth - 1), names.Length)
            select new MadeJson('{', "", items, names)));

    private static string Blank(int style) => (style % 4) switch { 0 => "", 1 => " ", 2 => "\n\t", _ => "\r\n  " };

    /// <summary>Sign, digits without zeros at either end, and the power of ten of the last.</summary>
    private static (bool IsNegative, BigInteger Digits, int Exponent) Meaning(string number)
    {
        var parts = number.Split('e', 'E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-'), CultureInfo.InvariantCulture);
        var exponent = (parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0)
            - (point < 0 ? 0 : parts[0].Length - point - 1);
        for (; !digits.IsZero && digits % 10 == 0; exponent++)
            digits /= 10;
        return (number[0] == '-', digits, digits.IsZero ? 0 : exponent);
    }
}
