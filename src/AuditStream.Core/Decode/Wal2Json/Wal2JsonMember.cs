namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>The members of a wal2json record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class Wal2JsonMember
{
    public const int Change = 0;
    public const int Action = 1;
    public const int Xid = 2;
    public const int Timestamp = 3;
    public const int Lsn = 4;
    public const int NextLsn = 5;
    public const int Origin = 6;
    public const int Schema = 7;
    public const int Table = 8;
    public const int Columns = 9;
    public const int Identity = 10;
    public const int Pk = 11;
    public const int Prefix = 12;
    public const int Content = 13;
    public const int Transactional = 14;

    private static readonly string[] Names =
    [
        "change", "action", "xid", "timestamp", "lsn", "nextlsn", "origin", "schema", "table", "columns", "identity", "pk", "prefix", "content",
        "transactional",
    ];

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(Names);

    /// <summary>The member's name on the wire.</summary>
    public static string NameOf(int member) => Names[member];
}
