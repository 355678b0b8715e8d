namespace AuditStream.Core.Decode;

/// <summary>In which form a source's rows come, as configuration knows it. The wire name is the member's name in lower case, its
/// words joined by an underscore.</summary>
public enum SourceForm : byte
{
    /// <summary>Recognised from each record's shape.</summary>
    Auto,

    /// <summary>Rows without an envelope (Debezium's <c>ExtractNewRecordState</c>), of which nothing but this setting tells what they are.</summary>
    Flat,

    /// <summary>Lines of text with separated values, as AWS DMS writes them to S3: their shape tells nothing.</summary>
    DmsCsv,
}
