namespace AuditStream.Demo.Messages;

/// <summary>Which kind of connector sent a message.</summary>
public enum SourceKind
{
    /// <summary>Debezium.</summary>
    Debezium,

    /// <summary>AWS Database Migration Service.</summary>
    Dms,
}
