using System.Globalization;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>One thing that the connector's messages cannot say: a column whose value on the wire is less than the source's.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Reason">Why.</param>
/// <param name="OnTheWire">From the source's value to what the message still says of it.</param>
internal sealed record WireLimit(string Table, string Column, string Reason, Func<string, string> OnTheWire)
{
    private const string NaN = "\"NaN\"";

    /// <summary>The whole list; everything else must be exact.</summary>
    internal static readonly WireLimit[] All =
    [
        new("measures", "exact", "a numeric NaN arrives as null when decimals are precise", NullForNaN),
        new("slim_measures", "exact", "a numeric NaN arrives as null when decimals are precise", NullForNaN),
        new("measures", "loose", "a numeric NaN arrives as null, and a numeric without precision loses its trailing zeros", Loose),
        new("slim_measures", "loose", "a numeric NaN arrives as null, and a numeric without precision loses its trailing zeros", Loose),
        new("holdings", "quantity", "a numeric without precision loses its trailing zeros", Loose),
        new("measures", "clock_zone", "a time with time zone loses its offset: it arrives in UTC", InUtc),
        new("slim_measures", "clock_zone", "a time with time zone loses its offset: it arrives in UTC", InUtc),
    ];

    internal static string Apply(string table, string column, string value)
    {
        foreach (var limit in All)
        {
            if (limit.Table == table && limit.Column == column)
                return limit.OnTheWire(value);
        }
        return value;
    }

    private static string NullForNaN(string value) => value == NaN ? "null" : value;

    private static string Loose(string value) =>
        value is NaN or "null" ? "null"
        : value.Contains('.', StringComparison.Ordinal) ? value.TrimEnd('"').TrimEnd('0').TrimEnd('.') + '"'
        : value;

    // "12:34:56.5+02" or "12:34:56-03:30": the offset is subtracted, on a clock of 24 hours.
    private static string InUtc(string value)
    {
        if (value == "null")
            return value;
        var text = value.Trim('"');
        var sign = text.LastIndexOfAny(['+', '-']);
        var offset = text[(sign + 1)..].Split(':');
        var minutes = int.Parse(offset[0], CultureInfo.InvariantCulture) * 60 + (offset.Length > 1 ? int.Parse(offset[1], CultureInfo.InvariantCulture) : 0);
        var clock = text[..sign].Split('.');
        var parts = clock[0].Split(':').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var inUtc = (parts[0] * 60 + parts[1] - (text[sign] == '+' ? minutes : -minutes) + 2 * 1440) % 1440;
        var fraction = clock.Length > 1 ? "." + clock[1].TrimEnd('0') : "";
        return string.Create(CultureInfo.InvariantCulture, $"\"{inUtc / 60:00}:{inUtc % 60:00}:{parts[2]:00}{(fraction == "." ? "" : fraction)}Z\"");
    }
}
