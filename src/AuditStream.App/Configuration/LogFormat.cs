namespace AuditStream.App.Configuration;

/// <summary>How a log line is written.</summary>
public enum LogFormat
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
