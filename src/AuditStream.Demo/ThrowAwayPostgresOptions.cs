namespace AuditStream.Demo;

/// <summary>What a throw-away server is to be.</summary>
public sealed record ThrowAwayPostgresOptions
{
    /// <summary>Whether commits wait for the disk.</summary>
    /// <value>False: nobody mourns a throw-away server after a power cut. Measurements set it.</value>
    public bool Fsync { get; init; }

    /// <summary>Whether the log carries what logical decoding needs (<c>wal_level = logical</c>), so that a connector can read
    /// it.</summary>
    /// <value>False.</value>
    public bool LogicalReplication { get; init; }

    /// <summary>More lines of <c>postgresql.conf</c>: name and value; they win over the rest.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start or a stop may take, in seconds.</summary>
    /// <value>60: a loaded machine needs 2 to 5 for <c>initdb</c>.</value>
    public int TimeoutSeconds { get; init; } = 60;
}
