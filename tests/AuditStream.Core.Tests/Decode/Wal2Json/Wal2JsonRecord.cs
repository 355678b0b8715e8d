using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Wal2Json;

/// <summary>Records of wal2json for tests: table <c>s.t</c> with columns id and v.</summary>
internal static class Wal2JsonRecord
{
    public const string Columns = "[{\"name\":\"id\",\"type\":\"integer\",\"value\":1},{\"name\":\"v\",\"type\":\"text\",\"value\":\"a\"}]";

    public const string Id = "[{\"name\":\"id\",\"type\":\"integer\",\"value\":1}]";

    public const string Pk = ",\"pk\":[{\"name\":\"id\",\"type\":\"integer\"}]";

    public const string Facts = ",\"xid\":771,\"timestamp\":\"2025-06-15 12:00:00.123456+02\",\"lsn\":\"0/1763D90\"";

    public const string Insert1 =
        "{\"kind\":\"insert\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"id\",\"v\"],\"columntypes\":[\"integer\",\"text\"],\"columnvalues\":[1,\"a\"]}";

    /// <summary>A record of version 2.</summary>
    public static string Action(string action, string? columns = null, string? identity = null, string rest = Pk, string facts = Facts) =>
        $"{{\"action\":\"{action}\"{facts},\"schema\":\"s\",\"table\":\"t\"{(columns is null ? "" : $",\"columns\":{columns}")}"
        + $"{(identity is null ? "" : $",\"identity\":{identity}")}{rest}}}";

    /// <summary>A record of version 1.</summary>
    public static string Transaction(string facts, params string[] changes) => $"{{{facts}\"change\":[{string.Join(',', changes)}]}}";

    public static RowChange Change(string value, DecodeSettings? settings = null) => Given.Change(Given.Record(value), settings);

    public static Rejection Rejection(string value) => Given.Rejection(Given.Record(value));
}
