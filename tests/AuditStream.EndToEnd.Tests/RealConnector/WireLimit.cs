using System.Globalization;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>One thing that the connector's messages cannot say: a column whose value on the wire is less than the source's.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Reason">Why.</param>
/// <param name="OnTheWire">From the source's value to what the message still says of it.</param>
internal sealed record WireLimit(string Table, string Column, string Reason, Func<string, string> OnTheWire)
{
    private const string NumericNaN = "the text of a numeric NaN is NAN";

    /// <summary>The whole list; everything else must be exact.</summary>
    internal static readonly WireLimit[] All =
    [
        new("measures", "exact", NumericNaN, Capitals),
        new("slim_measures", "exact", NumericNaN, Capitals),
        new("measures", "loose", NumericNaN, Capitals),
        new("slim_measures", "loose", NumericNaN, Capitals),
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

    private static string Capitals(string value) => value == "\"NaN\"" ? "\"NAN\"" : value;

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
