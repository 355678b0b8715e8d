using AuditStream.RocksDb;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A fact that needs librocksdb besides a real Kafka and PostgreSQL; skipped by name where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealKafkaPostgresAndRocksDbFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealKafkaPostgresAndRocksDbFactAttribute() => Skip = new RealKafkaAndPostgresFactAttribute().Skip
        ?? (RocksDbLibrary.IsThere ? null : "needs librocksdb (Debian: librocksdb7.8; or " + RocksDbLibrary.FileVariable + ")");
}
