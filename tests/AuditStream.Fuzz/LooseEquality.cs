using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace AuditStream.Fuzz;

/// <summary>Whether two JSON texts may stand for the same value: more generous than the product in what it does not know, the type.</summary>
internal static partial class LooseEquality
{
    /// <summary>Numbers count as numbers, lists between commas without order, a time's fraction without zeros at its end.</summary>
    public static bool MayBeEqual(string left, string right) =>
        left == right || Plain(left) == Plain(right) || Sorted(left) == Sorted(right);

    private static string Sorted(string text) => string.Join(',', text.Trim('"').Split(',').Order(StringComparer.Ordinal));

    private static string Plain(string text) => Number().Replace(text, match =>
    {
        var digits = match.Groups["whole"].Value + match.Groups["fraction"].Value;
        var point = match.Groups["whole"].Length;
        var zeros = digits.Length - digits.TrimStart('0').Length;
        var trimmed = digits.Trim('0');
        if (trimmed.Length == 0)
            return match.Groups["sign"].Value + "0";
        var exponent = match.Groups["exponent"].Success
            ? BigInteger.Parse(match.Groups["exponent"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : BigInteger.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"{match.Groups["sign"].Value}{trimmed}e{exponent + point - zeros}");
    });

    [GeneratedRegex(@"(?<sign>-?)(?<whole>\d+)(\.(?<fraction>\d+))?([eE](?<exponent>[+-]?\d+))?")]
    private static partial Regex Number();
}
