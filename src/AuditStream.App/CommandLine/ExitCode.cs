namespace AuditStream.App.CommandLine;

/// <summary>The exit codes of every verb.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Something is wrong that somebody must mend.</summary>
    public const int FoundWrong = 1;

    /// <summary>The command line or the configuration cannot be used; nothing was changed.</summary>
    public const int Usage = 2;

    /// <summary>Kafka or PostgreSQL could not be reached.</summary>
    public const int NotReachable = 3;
}
