namespace AuditStream.Core.Decode;

/// <summary>In which bytes a record's value is written.</summary>
public enum RecordFraming : byte
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>JSON, or what should be.</summary>
    Json,

    /// <summary>JSON with its Connect schema beside it.</summary>
    ConnectJson,

    /// <summary>Avro, with its schema in a registry.</summary>
    Avro,

    /// <summary>Lines of separated values.</summary>
    Csv,
}
