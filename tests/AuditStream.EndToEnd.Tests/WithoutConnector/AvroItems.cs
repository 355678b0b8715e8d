using System.Text;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>The records of <see cref="ItemRecords"/> in Avro, in Confluent's framing.</summary>
internal static class AvroItems
{
    internal const string KeySchema = "{\"type\":\"record\",\"name\":\"Key\",\"namespace\":\"items\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}";

    internal const string EnvelopeSchema =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"items\",\"fields\":["
        + "{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Value\",\"fields\":["
        + "{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"name\",\"type\":[\"null\",\"string\"]}]}]},"
        + "{\"name\":\"after\",\"type\":[\"null\",\"Value\"]},"
        + "{\"name\":\"source\",\"type\":{\"type\":\"record\",\"name\":\"Source\",\"fields\":["
        + "{\"name\":\"connector\",\"type\":\"string\"},{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"ts_ms\",\"type\":\"long\"},"
        + "{\"name\":\"db\",\"type\":\"string\"},{\"name\":\"schema\",\"type\":\"string\"},{\"name\":\"table\",\"type\":\"string\"},"
        + "{\"name\":\"txId\",\"type\":\"long\"},{\"name\":\"lsn\",\"type\":\"long\"}]}},"
        + "{\"name\":\"op\",\"type\":\"string\"}]}";

    private const long FirstCommitMilliseconds = 1_767_225_600_000;

    internal static byte[] Key(int schema, long id) => [.. Framing(schema), .. Long(id)];

    internal static byte[] Insert(int schema, long id) =>
    [
        .. Framing(schema), .. Long(0), .. Long(1), .. Long(id), .. Long(1), .. Text("avro"), .. Text("postgresql"), .. Text("items"),
        .. Long(FirstCommitMilliseconds + id), .. Text("shop"), .. Text("public"), .. Text("items"), .. Long(500 + id), .. Long(1_000 + id), .. Text("c"),
    ];

    private static byte[] Framing(int schema) => [0, (byte)(schema >> 24), (byte)(schema >> 16), (byte)(schema >> 8), (byte)schema];

    private static byte[] Text(string text) => [.. Long(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static List<byte> Long(long value)
    {
        var bytes = new List<byte>();
        var bits = (ulong)((value << 1) ^ (value >> 63));
        for (; bits > 0x7F; bits >>= 7)
            bytes.Add((byte)(bits | 0x80));
        bytes.Add((byte)bits);
        return bytes;
    }
}
