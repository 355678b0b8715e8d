using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;

namespace AuditStream.Bench;

/// <summary>Debezium's updates as its Avro converter writes them, in Confluent's framing.</summary>
internal sealed class AvroRecords : ISchemaSource
{
    private const int KeyId = 1;
    private const int ValueId = 2;

    private static readonly byte[] keySchema =
        """{"type":"record","name":"Key","namespace":"shop.public.orders","fields":[{"name":"id","type":"int"}]}"""u8.ToArray();

    private static readonly byte[] valueSchema = """
        {"type":"record","name":"Envelope","namespace":"shop.public.orders","fields":[
        {"name":"before","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"},{"name":"customer","type":"int"},
        {"name":"sku","type":"string"},{"name":"count","type":"int"},{"name":"price","type":"string"},{"name":"state","type":"string"},
        {"name":"note","type":["null","string"],"default":null},{"name":"rev","type":"int"}]}],"default":null},
        {"name":"after","type":["null","Value"],"default":null},
        {"name":"source","type":{"type":"record","name":"Source","namespace":"io.debezium.connector.postgresql","fields":[
        {"name":"version","type":"string"},{"name":"connector","type":"string"},{"name":"name","type":"string"},{"name":"ts_ms","type":"long"},
        {"name":"snapshot","type":"string"},{"name":"db","type":"string"},{"name":"sequence","type":"string"},{"name":"schema","type":"string"},
        {"name":"table","type":"string"},{"name":"txId","type":"long"},{"name":"lsn","type":"long"},{"name":"xmin","type":["null","long"],"default":null}]}},
        {"name":"transaction","type":["null","string"],"default":null},{"name":"op","type":"string"},{"name":"ts_ms","type":"long"}]}
        """u8.ToArray();

    /// <summary>The schemas of the records.</summary>
    public static ISchemaSource Schemas { get; } = new AvroRecords();

    /// <summary>The same changes of 8 columns.</summary>
    public static RawRecord[] Of(RawRecord[] records) => [.. records.Select(Make)];

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id) => (int)id.Number switch
    {
        KeyId => SchemaAnswer.Found(keySchema),
        ValueId => SchemaAnswer.Found(valueSchema),
        _ => SchemaAnswer.Unknown("There is no such schema."),
    };

    private static RawRecord Make(RawRecord record)
    {
        var key = JsonSerializer.Deserialize<JsonElement>(record.Key.GetValueOrDefault().Span);
        var root = JsonSerializer.Deserialize<JsonElement>(record.Value.GetValueOrDefault().Span);
        var value = new List<byte>(Framing(ValueId));
        foreach (var member in root.EnumerateObject())
        {
            var isImage = member.Name is "before" or "after";
            if (isImage)
                Write(1, value);
            if (isImage || member.Name == "source")
                Array.ForEach([.. member.Value.EnumerateObject()], column => Write(column, value));
            else
                Write(member, value);
        }

        var keyBytes = new List<byte>(Framing(KeyId));
        Array.ForEach([.. key.EnumerateObject()], column => Write(column, keyBytes));
        return record with { Key = keyBytes.ToArray(), Value = value.ToArray() };
    }

    private static void Write(JsonProperty member, List<byte> output)
    {
        // Of the members that may be null, all are.
        var number = member.Value.ValueKind switch
        {
            JsonValueKind.Null => 0,
            JsonValueKind.Number => member.Value.GetInt64(),
            _ => Encoding.UTF8.GetByteCount(member.Value.GetString() ?? ""),
        };
        Write(number, output);
        if (member.Value.ValueKind == JsonValueKind.String)
            output.AddRange(Encoding.UTF8.GetBytes(member.Value.GetString() ?? ""));
    }

    private static void Write(long number, List<byte> output)
    {
        var bits = (ulong)((number << 1) ^ (number >> 63));
        for (; bits > 0x7F; bits >>= 7)
            output.Add((byte)(bits | 0x80));
        output.Add((byte)bits);
    }

    private static byte[] Framing(int id)
    {
        var bytes = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), id);
        return bytes;
    }
}
