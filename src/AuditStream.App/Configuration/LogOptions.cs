using Microsoft.Extensions.Logging;

namespace AuditStream.App.Configuration;

/// <summary>The log on standard output. It never holds a row value.</summary>
public sealed class LogOptions
{
    /// <summary>One line of text, or one JSON object a line: text or json.</summary>
    /// <value>text</value>
    public LogFormat Format { get; set; } = LogFormat.Text;

    /// <summary>The lowest level that is written: debug, information, warning or error.</summary>
    /// <value>information</value>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
