namespace AuditStream.Core.Decode;

/// <summary>Tables that the tools of change data capture keep in a source for themselves: their rows are no data of anybody.</summary>
public static class BookkeepingTables
{
    /// <summary>Patterns of their names, as the tools' documentation has them: what is skipped where configuration says nothing.</summary>
    /// <remarks>
    /// <code>
    /// awsdms_*                                 AWS DMS: control tables, captured definitions
    /// debezium_signal, dbz_signal,             Debezium: signal.data.collection
    /// debezium.signal
    /// debezium_heartbeat, dbz_heartbeat,       Debezium: heartbeat.action.query
    /// debezium.heartbeat
    /// LOG_MINING_FLUSH                         Debezium for Oracle: log.mining.flush.table.name
    /// GG_HEARTBEAT*                            Oracle GoldenGate: ADD HEARTBEATTABLE
    /// maxwell.bootstrap, .heartbeats,          Maxwell: its own database
    /// .positions
    /// </code>
    /// </remarks>
    public static IReadOnlyList<string> Patterns { get; } =
    [
        "awsdms_*", "debezium_signal", "dbz_signal", "debezium.signal", "debezium_heartbeat", "dbz_heartbeat", "debezium.heartbeat",
        "LOG_MINING_FLUSH", "GG_HEARTBEAT*", "maxwell.bootstrap", "maxwell.heartbeats", "maxwell.positions",
    ];

    /// <summary>Does one of the patterns match a table? A pattern with a dot is one of <c>schema.table</c> (without schema
    /// <c>database.table</c>), any other one of the table's name in every schema.</summary>
    /// <param name="patterns">The patterns; <c>*</c> stands for any number of characters, letters count as they are written.</param>
    /// <param name="fullName">The table with its schema.</param>
    /// <param name="table">The table's name; null for what belongs to none.</param>
    public static bool Match(IReadOnlyList<string> patterns, string fullName, string? table)
    {
        if (table is null)
            return false;
        foreach (var pattern in patterns)
        {
            if (Wildcard.Matches(pattern, pattern.Contains('.', StringComparison.Ordinal) ? fullName : table))
                return true;
        }

        return false;
    }
}
