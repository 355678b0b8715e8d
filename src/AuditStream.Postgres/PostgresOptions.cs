using System.ComponentModel.DataAnnotations;

namespace AuditStream.Postgres;

/// <summary>How the audit store is reached. What is set here wins over the same word in the connection string.</summary>
public sealed record PostgresOptions
{
    /// <summary>Where, as an Npgsql connection string; several hosts are tried in order, and the first is taken that fits <c>Target Session
    /// Attributes</c> (not given: <see cref="Writes"/>). Its login needs what its user does: the writer
    /// role for <see cref="PostgresAuditStore"/>, the reader role for <see cref="HistoryReader"/>, CREATEROLE or membership in audit_owner for
    /// <see cref="Migrator"/>.</summary>
    /// <value>Required.</value>
    [Required]
    public required string ConnectionString { get; init; }

    /// <summary>Whether of several hosts one is wanted that takes writes; ignored where the connection string says which.</summary>
    /// <value>True. Who only asks may ask a stand-by.</value>
    public bool Writes { get; init; } = true;

    /// <summary>How long one statement, or one batch's COPY, may take before it counts as a lost connection; seconds.</summary>
    /// <value>60: a full batch takes well under one second, a fail-over of Aurora under 30.</value>
    [Range(1, 3_600)]
    public int CommandTimeoutSeconds { get; init; } = 60;

    /// <summary>How long a connection attempt may take; seconds.</summary>
    /// <value>10</value>
    [Range(1, 300)]
    public int ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>How many connections one store holds at most.</summary>
    /// <value>4: a store writes on one at a time; the rest is for one that is just being given up.</value>
    [Range(1, 100)]
    public int MaximumPoolSize { get; init; } = 4;

    /// <summary>After how much silence TCP asks whether the server is still there; seconds.</summary>
    /// <value>15: below the 350 s after which load balancers forget a connection, and the time within which a vanished server is
    /// noticed.</value>
    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; init; } = 15;

    /// <summary>What <c>pg_stat_activity</c> shows.</summary>
    /// <value>auditstream</value>
    [Required]
    public string ApplicationName { get; init; } = "auditstream";
}
