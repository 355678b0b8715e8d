using System.Globalization;
using System.Text;

namespace AuditStream.App.Metrics;

/// <summary>Names and texts in the Prometheus form, as OpenTelemetry's specification maps them.</summary>
internal static class PrometheusName
{
    /// <summary>The name of a metric: <c>auditstream.records.consumed</c>, unit <c>{record}</c>, counter: <c>auditstream_records_consumed_total</c>.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var text = Clean(name);
        var unitName = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",
            _ => "", // an annotation in braces, or none
        };
        if (unitName.Length > 0 && !text.EndsWith(unitName, StringComparison.Ordinal))
            text += $"_{unitName}";
        return kind == MetricKind.Counter && !text.EndsWith("_total", StringComparison.Ordinal) ? text + "_total" : text;
    }

    /// <summary>A name with every character that Prometheus does not take replaced by an underscore.</summary>
    public static string Clean(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var letter in name)
            text.Append(char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '_');
        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }

    /// <summary>A label's value as it stands between quotes.</summary>
    public static string EscapeLabel(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>A help text as it stands on its line.</summary>
    public static string EscapeHelp(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A number with all its digits.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
