namespace AuditStream.Core.Tests.Types;

/// <summary>The ways on which a value reaches an event.</summary>
internal enum Dialect
{
    Debezium,
    Document,
    Avro,
    Dms,
    Maxwell,
    Canal,
    Wal2Json,
    GoldenGate,
    Trigger,
    DynamoDb,
}
