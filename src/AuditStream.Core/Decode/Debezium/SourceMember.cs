namespace AuditStream.Core.Decode.Debezium;

/// <summary>The members of the block <c>source</c> that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class SourceMember
{
    public const int Connector = 0;
    public const int Name = 1;
    public const int Db = 2;
    public const int Schema = 3;
    public const int Table = 4;
    public const int Collection = 5;
    public const int Snapshot = 6;
    public const int TsMs = 7;
    public const int TsUs = 8;
    public const int TxId = 9;
    public const int Lsn = 10;
    public const int Gtid = 11;
    public const int ServerId = 12;
    public const int File = 13;
    public const int Pos = 14;
    public const int Row = 15;
    public const int CommitLsn = 16;
    public const int ChangeLsn = 17;
    public const int EventSerialNo = 18;
    public const int Scn = 19;
    public const int CommitScn = 20;
    public const int RsId = 21;
    public const int Ssn = 22;
    public const int RowId = 23;
    public const int Lsid = 24;
    public const int TxnNumber = 25;
    public const int Ord = 26;

    /// <summary>Their names, in the order of their places.</summary>
    public static readonly string[] Names =
    [
        "connector", "name", "db", "schema", "table", "collection", "snapshot", "ts_ms", "ts_us", "txId", "lsn", "gtid",
        "server_id", "file", "pos", "row", "commit_lsn", "change_lsn", "event_serial_no", "scn", "commit_scn", "rs_id", "ssn",
        "row_id", "lsid", "txnNumber", "ord",
    ];

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(Names);
}
