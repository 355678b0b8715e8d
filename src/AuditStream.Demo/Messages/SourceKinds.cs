namespace AuditStream.Demo.Messages;

/// <summary>Which kind of connector is behind a topic or a source of the demo, and what it is called.</summary>
public static class SourceKinds
{
    /// <summary>What a source's name ends with when DMS reads it; Debezium's has the same name without it.</summary>
    public const string DmsSuffix = "-dms";

    /// <summary>The kind that writes to a raw topic.</summary>
    public static SourceKind OfTopic(string topic) =>
        topic.StartsWith(DmsMessages.TopicPrefix, StringComparison.Ordinal) ? SourceKind.Dms : SourceKind.Debezium;

    /// <summary>The kind that a source's name stands for.</summary>
    public static SourceKind OfSource(string source) => source.EndsWith(DmsSuffix, StringComparison.Ordinal) ? SourceKind.Dms : SourceKind.Debezium;

    /// <summary>What it is called.</summary>
    public static string NameOf(SourceKind kind) => kind == SourceKind.Dms ? "AWS DMS" : "Debezium";
}
