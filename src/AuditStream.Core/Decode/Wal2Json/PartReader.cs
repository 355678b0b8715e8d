using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Reads what a change has in both versions: its table, its row, its message.</summary>
internal sealed class PartReader
{
    private readonly TableCatalog tables = new();
    private readonly ChangeList changes;
    private readonly DetailWriter detail;

    /// <summary>Makes a reader.</summary>
    /// <param name="changes">Takes the changes.</param>
    /// <param name="values">Converts their values.</param>
    public PartReader(ChangeList changes, ValueConverter values)
    {
        this.changes = changes;
        Rows = new RowReader(values);
        detail = new DetailWriter(values);
    }

    /// <summary>Reads rows.</summary>
    public RowReader Rows { get; }

    /// <summary>The table of a change; that without a name for what belongs to none.</summary>
    public TableState FindTable(TopicState topic, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> table)
    {
        tables.Begin("wal2json"u8);
        tables.Part("postgresql"u8);
        tables.Part(topic.TopicContent);
        tables.Part(default);
        tables.Part(schema);
        tables.Part(table);
        return tables.Find(topic);
    }

    /// <summary>A rejection when a change has no table by a name; null when it has.</summary>
    public static Rejection? CheckTable(in ChangePart part, int at)
    {
        if (part.Schema.Token is not (JsonToken.None or JsonToken.Null or JsonToken.String))
            return new Rejection(RejectionCode.InvalidMember, "The member schema is no string.", part.Schema.Start);
        return part.Table is { Token: JsonToken.String, Length: > 2 }
            ? null
            : new Rejection(RejectionCode.MissingMember, "The change names no table.", part.Table.Token == JsonToken.None ? at : part.Table.Start);
    }

    /// <summary>Reads a message; <c>detail</c> has <c>content</c>, <c>prefix</c> and <c>transactional</c> as delivered.</summary>
    public void ReadMessage(ReadOnlySpan<byte> text, in ChangePart part, RowChange change)
    {
        detail.Begin();
        detail.Member("content"u8, text, part.Content);
        detail.Member("prefix"u8, text, part.Prefix);
        detail.Member("transactional"u8, text, part.Transactional);
        Keep(change);
    }

    /// <summary>Reads the end of a transaction; <c>detail</c> has <c>nextlsn</c> and <c>origin</c> as delivered.</summary>
    public void ReadCommit(ReadOnlySpan<byte> text, in MemberBlock members, RowChange change)
    {
        detail.Begin();
        detail.Member("nextlsn"u8, text, members.Slice(Wal2JsonMember.NextLsn));
        detail.Member("origin"u8, text, members.Slice(Wal2JsonMember.Origin));
        Keep(change);
    }

    private void Keep(RowChange change)
    {
        change.Facts.Detail = changes.Texts.Keep(detail.End().Span);
        change.DeliveredAfter = change.Facts.Detail;
    }
}
