using Microsoft.Extensions.Logging;

namespace AuditStream.Postgres;

/// <summary>Everything that this project logs; ids 3000 to 3999. Never a row value, a key or a connection string.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(3000, LogLevel.Information, "Migration {Migration} ran.")]
    public static partial void MigrationRan(this ILogger logger, string migration);

    [LoggerMessage(3001, LogLevel.Debug, "Partition {Partition} of audit.event is ready.")]
    public static partial void PartitionReady(this ILogger logger, string partition);

    [LoggerMessage(3002, LogLevel.Warning, "The store refused {Refused} of {Events} events; they are in audit.dead_letter, stage store. First SQLSTATE: {Code}.")]
    public static partial void EventsRefused(this ILogger logger, int refused, int events, string code);

    [LoggerMessage(3003, LogLevel.Error, "{Divergences} events came with other facts than the same events in audit.event; they are in audit.divergence.")]
    public static partial void EventsDiverged(this ILogger logger, int divergences);

    [LoggerMessage(3005, LogLevel.Information, "{Retired} events are of a retired range; they are skipped.")]
    public static partial void EventsRetired(this ILogger logger, int retired);

    [LoggerMessage(3004, LogLevel.Information, "{Restated} events are there already under another scheme of fact hashes; they count as duplicates.")]
    public static partial void EventsRestated(this ILogger logger, int restated);

    [LoggerMessage(3019, LogLevel.Warning,
        "Ended {Sessions} sessions of a writer that stood still in the middle of a COPY for longer than Postgres:CommandTimeoutSeconds; nothing of it is stored.")]
    public static partial void FrozenWritersEnded(this ILogger logger, long sessions);
}
