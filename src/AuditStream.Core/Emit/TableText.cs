using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Emit;

/// <summary>What is the same in every event of a table, as text. Made once per table.</summary>
internal sealed class TableText
{
    public TableText(TableReference table)
    {
        var head = new ByteWriter(256);
        head.Write("\"source\":{"u8);
        if (table.Database is { } database)
            Member(head, "\"database\":"u8, database);
        if (table.Engine is { } engine)
            Member(head, "\"engine\":"u8, engine);
        head.Write("\"incarnation\":"u8);
        CanonicalText.WriteInteger(head, table.Incarnation);
        head.Write(",\"kind\":"u8);
        head.Write(CanonicalText.Quoted(table.Kind));
        head.Write(",\"name\":"u8);
        head.Write(CanonicalText.Quoted(table.Source));
        SourceHead = head.Written.ToArray();
        SourceSchema = Bytes(",\"schema\":"u8, table.Schema);
        SourceTable = [.. Bytes(",\"table\":"u8, table.Table), .. Bytes(",\"table_from\":"u8, From(table))];

        var datum = new ByteWriter(256);
        WriteOptional(datum, table.Database);
        WriteOptional(datum, table.Engine);
        AvroText.WriteLong(datum, table.Incarnation);
        AvroText.WriteString(datum, Encoding.UTF8.GetBytes(table.Kind));
        AvroText.WriteString(datum, Encoding.UTF8.GetBytes(table.Source));
        DatumHead = datum.Written.ToArray();
        DatumSchema = Optional(table.Schema);
        DatumTable = [.. Optional(table.Table), .. Optional(From(table))];

        var qualifier = table.Schema ?? table.Database;
        var tail = new ByteWriter(256);
        tail.Write(",\"schema\":"u8);
        tail.Write(qualifier is null ? "null"u8 : CanonicalText.Quoted(qualifier));
        tail.Write(",\"source\":"u8);
        tail.Write(CanonicalText.Quoted(table.Source));
        tail.Write(",\"table\":"u8);
        tail.Write(table.Table is null ? "null"u8 : CanonicalText.Quoted(table.Table));
        tail.Write((byte)'}');
        KeyTail = tail.Written.ToArray();

        CloudEventSource = Encoding.UTF8.GetBytes("/" + Uri.EscapeDataString(table.Source));
        CloudEventSubject = table.Table is null
            ? []
            : Encoding.UTF8.GetBytes(qualifier is null ? table.Table : $"{qualifier}.{table.Table}");
    }

    /// <summary><c>"source":{…"name":"shop"</c>, open.</summary>
    public byte[] SourceHead { get; }

    /// <summary><c>,"schema":"public"</c>, or nothing.</summary>
    public byte[] SourceSchema { get; }

    /// <summary><c>,"table":"orders"</c>, or nothing; with <c>,"table_from":"topic"</c> behind it when the record does not name it.</summary>
    public byte[] SourceTable { get; }

    /// <summary>In Avro: what stands before <c>position</c> in record <c>source</c>.</summary>
    public byte[] DatumHead { get; }

    /// <summary>In Avro: <c>schema</c>.</summary>
    public byte[] DatumSchema { get; }

    /// <summary>In Avro: <c>table</c> and <c>table_from</c>.</summary>
    public byte[] DatumTable { get; }

    /// <summary>The Kafka key after its first member: <c>,"schema":"public","source":"shop","table":"orders"}</c>.</summary>
    public byte[] KeyTail { get; }

    /// <summary>Header <c>ce_source</c>.</summary>
    public byte[] CloudEventSource { get; }

    /// <summary>Header <c>ce_subject</c>; empty for what belongs to no table.</summary>
    public byte[] CloudEventSubject { get; }

    private static string? From(TableReference table) => table.TableFrom switch
    {
        NameOrigin.Configuration => "configuration",
        NameOrigin.Topic => "topic",
        _ => null,
    };

    private static byte[] Optional(string? text)
    {
        var datum = new ByteWriter(64);
        WriteOptional(datum, text);
        return datum.Written.ToArray();
    }

    private static void WriteOptional(ByteWriter to, string? text)
    {
        to.Write(text is null ? (byte)0 : (byte)2);
        if (text is not null)
            AvroText.WriteString(to, Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Bytes(ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
            return [];
        var member = new ByteWriter(64);
        member.Write(name);
        member.Write(CanonicalText.Quoted(text));
        return member.Written.ToArray();
    }

    private static void Member(ByteWriter to, ReadOnlySpan<byte> name, string text)
    {
        to.Write(name);
        to.Write(CanonicalText.Quoted(text));
        to.Write((byte)',');
    }
}
