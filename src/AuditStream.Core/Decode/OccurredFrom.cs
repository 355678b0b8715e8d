namespace AuditStream.Core.Decode;

/// <summary>Which clock says when a change was made. The wire name is the member's name in lower case.</summary>
public enum OccurredFrom : byte
{
    /// <summary>The source's commit time.</summary>
    Commit,

    /// <summary>The connector's time of reading or building the record.</summary>
    Capture,

    /// <summary>The Kafka record's timestamp.</summary>
    Record,

    /// <summary>The clock of the process that acted: of what the pipeline did, never of a change.</summary>
    Process,
}
