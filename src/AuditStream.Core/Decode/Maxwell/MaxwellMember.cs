namespace AuditStream.Core.Decode.Maxwell;

/// <summary>The members of a Maxwell record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class MaxwellMember
{
    public const int Type = 0;
    public const int Database = 1;
    public const int Table = 2;
    public const int Ts = 3;
    public const int Xid = 4;
    public const int XOffset = 5;
    public const int Commit = 6;
    public const int Position = 7;
    public const int Gtid = 8;
    public const int ServerId = 9;
    public const int PrimaryKeyColumns = 10;
    public const int Data = 11;
    public const int Old = 12;
    public const int Def = 13;
    public const int Sql = 14;
    public const int Encrypted = 15;
    public const int IsDdl = 16;

    private static readonly string[] Names =
    [
        "type", "database", "table", "ts", "xid", "xoffset", "commit", "position", "gtid", "server_id", "primary_key_columns", "data", "old", "def", "sql",
        "encrypted", "isDdl",
    ];

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(Names);

    /// <summary>The member's name on the wire.</summary>
    public static string NameOf(int member) => Names[member];
}
