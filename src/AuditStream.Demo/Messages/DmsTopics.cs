namespace AuditStream.Demo.Messages;

/// <summary>Which raw topics carry messages of AWS DMS.</summary>
public static class DmsTopics
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "dms.";

    /// <summary>Whether a topic is one of them.</summary>
    public static bool IsOne(string topic) => topic.StartsWith(Prefix, StringComparison.Ordinal);
}
