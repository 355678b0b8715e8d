using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Canal;

/// <summary>Flat messages of Canal for tests: table <c>d.t</c>.</summary>
internal static class CanalRecord
{
    public const string Types = ",\"mysqlType\":{\"id\":\"int\",\"v\":\"varchar(10)\",\"j\":\"json\",\"b\":\"blob\"},\"sqlType\":{\"id\":4,\"v\":12,\"j\":12,\"b\":2004}";

    public static string Message(string type, string data, string old = "null", string rest = Types, string key = "[\"id\"]") =>
        $"{{\"data\":{data},\"database\":\"d\",\"es\":1683006724000,\"id\":94,\"isDdl\":false,\"old\":{old},\"pkNames\":{key},\"sql\":\"\",\"table\":\"t\","
        + $"\"ts\":1683006724404,\"type\":\"{type}\"{rest}}}";

    /// <summary>The changes, each as what a test shows of it.</summary>
    public static string[] Show(string value, Func<RowChange, string> show)
    {
        var result = Given.Decode(Given.Record(value));
        result.Rejection.ShouldBeNull();
        return [.. result.Changes.Select(show)];
    }

    public static Rejection Rejection(string value) => Given.Rejection(Given.Record(value));
}
