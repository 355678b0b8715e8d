using System.Globalization;
using System.Text;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>Raw records as a Debezium PostgreSQL connector without schemas writes them, for a table <c>public.items</c>.</summary>
internal static class ItemRecords
{
    /// <summary>2026-01-01T00:00:00Z in milliseconds: every commit time lies a little after it.</summary>
    private const long FirstCommitMilliseconds = 1_767_225_600_000;

    internal static byte[] Key(long id) => Utf8($"{{\"id\":{Text(id)}}}");

    /// <summary>An insert of (id, name).</summary>
    internal static byte[] Insert(long id, string nameJson = "\"plain\"") => InsertOf(id, $"{{\"id\":{Text(id)},\"name\":{nameJson}}}");

    /// <summary>An insert of any row.</summary>
    internal static byte[] InsertOf(long id, string rowJson) => Utf8($"{{\"before\":null,\"after\":{rowJson},{Tail(id)}}}");

    /// <summary>An insert with a Connect schema whose column <c>doc</c> is JSON.</summary>
    internal static byte[] InsertWithSchema(long id, string docJson)
    {
        const string Row = "\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"optional\":false,\"field\":\"id\"},"
            + "{\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Json\",\"version\":1,\"field\":\"doc\"}],\"optional\":true,\"name\":\"items.Value\"";
        const string Source = "\"type\":\"struct\",\"fields\":[{\"type\":\"string\",\"optional\":false,\"field\":\"version\"}],\"optional\":false,"
            + "\"name\":\"io.debezium.connector.postgresql.Source\",\"field\":\"source\"";
        const string Schema = "{\"type\":\"struct\",\"fields\":[{" + Row + ",\"field\":\"before\"},{" + Row + ",\"field\":\"after\"},{" + Source + "},"
            + "{\"type\":\"string\",\"optional\":false,\"field\":\"op\"},{\"type\":\"int64\",\"optional\":true,\"field\":\"ts_ms\"}],"
            + "\"optional\":false,\"name\":\"items.Envelope\",\"version\":2}";
        var quoted = "\"" + docJson.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        var row = $"{{\"id\":{Text(id)},\"doc\":{quoted}}}";
        return Utf8($"{{\"schema\":{Schema},\"payload\":{{\"before\":null,\"after\":{row},{Tail(id)}}}}}");
    }

    private static string Tail(long id) =>
        "\"source\":{\"version\":\"3.5.0.Final\",\"connector\":\"postgresql\",\"name\":\"items\","
        + $"\"ts_ms\":{Text(FirstCommitMilliseconds + id)},\"snapshot\":\"false\",\"db\":\"shop\",\"sequence\":\"[null,\\\"{Text(1000 + id)}\\\"]\","
        + $"\"schema\":\"public\",\"table\":\"items\",\"txId\":{Text(500 + id)},\"lsn\":{Text(1000 + id)},\"xmin\":null}},"
        + $"\"transaction\":null,\"op\":\"c\",\"ts_ms\":{Text(FirstCommitMilliseconds + id + 7)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
