namespace AuditStream.Demo;

/// <summary>How a server is stopped; the values are the signals that PostgreSQL's postmaster takes for it.</summary>
public enum PostgresStopMode
{
    /// <summary>Ends sessions, rolls back what is open, writes a checkpoint (SIGINT).</summary>
    Fast = 2,

    /// <summary>Drops everything at once; the next start recovers from the log (SIGQUIT): what a crash does, without its risk for other
    /// servers.</summary>
    Immediate = 3,
}
