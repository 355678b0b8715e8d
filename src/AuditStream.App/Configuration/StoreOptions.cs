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
}
