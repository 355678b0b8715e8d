namespace AuditStream.Core.Decode.Canal;

/// <summary>The members of a flat message of Canal that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class CanalMember
{
    public const int Type = 0;
    public const int IsDdl = 1;
    public const int Database = 2;
    public const int Table = 3;
    public const int Id = 4;
    public const int Es = 5;
    public const int Ts = 6;
    public const int Gtid = 7;
    public const int Data = 8;
    public const int Old = 9;
    public const int PkNames = 10;
    public const int MysqlType = 11;
    public const int SqlType = 12;
    public const int Sql = 13;

    private static readonly string[] Names =
        ["type", "isDdl", "database", "table", "id", "es", "ts", "gtid", "data", "old", "pkNames", "mysqlType", "sqlType", "sql"];

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(Names);

    /// <summary>The member's name on the wire.</summary>
    public static string NameOf(int member) => Names[member];
}
