namespace AuditStream.App.Configuration;

/// <summary>In what events are written on the final topic.</summary>
public enum EventFormat
{
    /// <summary>Canonical JSON.</summary>
    Json,

    /// <summary>Avro in Confluent's framing, which says the same.</summary>
    Avro,
}
