namespace AuditStream.Core.Tests.Decode.Triggers;

/// <summary>Messages of Sequin for tests.</summary>
internal static class Sequin
{
    public const string Key = ",\"idempotency_key\":\"MTIz\"";

    /// <summary>A change of table <c>s.t</c>.</summary>
    public static string Record(string action, string record, string changes = "null", string more = Key) =>
        $"{{\"record\":{record},\"changes\":{changes},\"action\":\"{action}\",\"metadata\":{{\"table_schema\":\"s\",\"table_name\":\"t\","
        + $"\"commit_timestamp\":\"2025-06-15T10:00:00.123456Z\",\"commit_lsn\":306481,\"commit_idx\":2{more},\"consumer\":{{\"id\":\"x\"}}}}}}";
}
