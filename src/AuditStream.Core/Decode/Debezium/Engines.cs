namespace AuditStream.Core.Decode.Debezium;

/// <summary>What differs between the engines behind Debezium's connectors.</summary>
internal static class Engines
{
    /// <summary>PostgreSQL's connector.</summary>
    public const string Postgres = "postgresql";

    /// <summary>MongoDB's connector.</summary>
    public const string Mongo = "mongodb";

    /// <summary>True when the engine's log has whole rows unless it is set up otherwise.</summary>
    public static bool SendsFullBefore(string? engine) => engine is "mysql" or "mariadb" or "sqlserver" or "oracle" or "db2" or "informix";
}
