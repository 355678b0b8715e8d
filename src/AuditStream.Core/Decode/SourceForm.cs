namespace AuditStream.Core.Decode;

/// <summary>In which form a source's rows come, as configuration knows it. The wire name is the member's name in lower case.</summary>
public enum SourceForm : byte
{
    /// <summary>Recognised from each record's shape.</summary>
    Auto,

    /// <summary>Rows without an envelope (Debezium's <c>ExtractNewRecordState</c>), of which nothing but this setting tells what they are.</summary>
    Flat,
}
