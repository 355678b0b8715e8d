namespace AuditStream.Core.Decode.GoldenGate;

/// <summary>The members of a GoldenGate record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class GoldenGateMember
{
    public const int Table = 0;
    public const int OpType = 1;
    public const int OpTs = 2;
    public const int Pos = 3;
    public const int PrimaryKeys = 4;
    public const int Before = 5;
    public const int After = 6;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new("table", "op_type", "op_ts", "pos", "primary_keys", "before", "after");
}
