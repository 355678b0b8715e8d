namespace AuditStream.Core.Check;

/// <summary>What to set where, for each kind of source.</summary>
internal static class SurveyMends
{
    /// <summary>How a source sends the whole old row.</summary>
    public static string BeforeImage(TableSurvey table, string source) => (table.Table.Kind, table.Table.Engine) switch
    {
        ("dms", _) => "In the DMS task: BeforeImageSettings with EnableBeforeImage=true and ColumnFilter=all; PostgreSQL besides: "
            + $"ALTER TABLE {table.Name} REPLICA IDENTITY FULL; then {source}:Tables:{table.Name}:ReplicaIdentity=full",
        (_, "postgresql") => $"ALTER TABLE {table.Name} REPLICA IDENTITY FULL; where it is so already, say it: {source}:Tables:{table.Name}:ReplicaIdentity=full",
        (_, "mysql" or "mariadb") => "SET GLOBAL binlog_row_image = 'FULL'; and for new sessions of the application",
        (_, "oracle") => $"ALTER TABLE {table.Name} ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS;",
        (_, "mongodb") => "Set capture.mode=change_streams_update_full_with_pre_image in the connector, and changeStreamPreAndPostImages on the collection.",
        _ => $"Make the source log the whole old row; where it does, say it: {source}:Tables:{table.Name}:ReplicaIdentity=full",
    };

    /// <summary>How a source tells the place of a change in its log.</summary>
    public static string Identity(TableSurvey table, string source) => table.Table.Kind == "dms"
        ? "Set IncludeTransactionDetails=true in the DMS endpoint."
        : $"Give the table a key ({source}:Tables:{table.Name}:Key=… where it has no primary key), and set provide.transaction.metadata=true in the connector; "
            + "flat rows need add.fields=op,source.ts_ms,source.lsn,… in ExtractNewRecordState.";
}
