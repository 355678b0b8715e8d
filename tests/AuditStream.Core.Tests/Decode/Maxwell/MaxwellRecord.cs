using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Maxwell;

/// <summary>Records of Maxwell for tests: table <c>d.t</c> with columns id, v and w.</summary>
internal static class MaxwellRecord
{
    public const string Place = ",\"xid\":7,\"xoffset\":2,\"position\":\"master.000006:800911\",\"server_id\":23042";

    public const string Data = "{\"id\":1,\"v\":\"a\",\"w\":null}";

    public static string Row(string type, string data = Data, string rest = "", string place = Place, string key = ",\"primary_key_columns\":[\"id\"]") =>
        $"{{\"database\":\"d\",\"table\":\"t\",\"type\":\"{type}\",\"ts\":1596684906{place}{key},\"data\":{data}{rest}}}";

    public static RowChange Change(string value, string? key = null) => Given.Change(Given.Record(value, key));

    public static Rejection Rejection(string value) => Given.Rejection(Given.Record(value));
}
