using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>The audit store: a PostgreSQL database, 14 or later.</summary>
public sealed class StoreOptions
{
    /// <summary>Where the service writes, as an Npgsql connection string; its user needs the writer role.</summary>
    /// <value>Host=localhost;Database=auditstream;Username=auditstream</value>
    [Required]
    [Sensitive]
    public string ConnectionString { get; set; } = "Host=localhost;Database=auditstream;Username=auditstream";

    /// <summary>Where <c>auditstream migrate</c> connects: a user that may create schemas and roles. Not given: as ConnectionString.</summary>
    /// <value>none</value>
    [Sensitive]
    public string? OwnerConnectionString { get; set; }

    /// <summary>Where <c>history</c>, <c>row-at</c>, <c>changes</c>, <c>transaction</c>, <c>actor</c> and <c>gaps</c> connect: a user with the reader role. Not
    /// given: as ConnectionString.</summary>
    /// <value>none</value>
    [Sensitive]
    public string? ReaderConnectionString { get; set; }

    /// <summary>How long one statement, or one batch, may take before it counts as a lost connection, in seconds.</summary>
    /// <value>60</value>
    [Range(1, 3_600)]
    public int CommandTimeoutSeconds { get; set; } = 60;

    /// <summary>How often a run looks whether every append-only layer of the store is in place, in seconds; 0: never.</summary>
    /// <value>300</value>
    [Range(0, 86_400)]
    public int SelfCheckSeconds { get; set; } = 300;

    /// <summary>How long a connection attempt may take, in seconds.</summary>
    /// <value>10</value>
    [Range(1, 300)]
    public int ConnectTimeoutSeconds { get; set; } = 10;
}
