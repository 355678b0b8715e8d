using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads what is no row: changes of definition, logical messages, ends of transactions.</summary>
internal sealed class ControlReader
{
    private readonly FactsReader facts;
    private readonly CoordinateReader coordinates;
    private readonly DetailWriter detail;
    private readonly ByteWriter text = new();

    private static ReadOnlySpan<byte> MessageAddress => "$LogicalDecodingMessageId@"u8;

    /// <summary>Makes a reader.</summary>
    public ControlReader(FactsReader facts, CoordinateReader coordinates, ValueConverter values)
    {
        this.facts = facts;
        this.coordinates = coordinates;
        detail = new DetailWriter(values);
    }

    /// <summary>Reads a change of definition; <c>detail</c> has <c>databaseName</c>, <c>ddl</c>, <c>historyRecord</c>, <c>schemaName</c>
    /// and <c>tableChanges</c> as delivered.</summary>
    public Rejection? ReadDefinition(in RawRecord record, in EnvelopeView view, in MemberBlock source, RowChange change)
    {
        var into = change.Facts;
        into.Operation = ChangeOperation.Schema;
        into.Snapshot = facts.Snapshot(source);
        into.Position = facts.Position(into.Table.Engine, source);
        var isSnapshot = !into.Snapshot.IsEmpty;
        if (!isSnapshot)
            into.TransactionId = facts.TransactionId(into.Table.Engine, source, transactionId: default);
        var fault = FactsReader.ReadTime(record, source, view.Members, isSnapshot, into);
        if (fault is not null)
            return fault;
        var members = view.Members;
        detail.Begin();
        detail.Member("databaseName"u8, view.Text, members.Slice(EnvelopeMember.DatabaseName));
        detail.Member("ddl"u8, view.Text, members.Slice(EnvelopeMember.Ddl));
        detail.Member("historyRecord"u8, view.Text, members.Slice(EnvelopeMember.HistoryRecord));
        detail.Member("schemaName"u8, view.Text, members.Slice(EnvelopeMember.SchemaName));
        detail.Member("tableChanges"u8, view.Text, members.Slice(EnvelopeMember.TableChanges));
        into.Detail = detail.End();
        // One statement may make several records, and a snapshot sends all definitions from one place: the text tells them apart.
        coordinates.ReadControl("schema"u8, !into.Position.IsEmpty, into.Detail.Span, change);
        change.DeliveredAfter = into.Detail;
        return null;
    }

    /// <summary>Reads a logical message; <c>detail</c> has <c>content</c> and <c>prefix</c> as delivered, or, where a transform has decoded
    /// the content, that as <c>decoded</c>.</summary>
    public void ReadMessage(in EnvelopeView view, in MemberBlock source, ReadOnlySpan<byte> order, RowChange change)
    {
        var isDecoded = view.Members.Slice(EnvelopeMember.Message).Token != JsonToken.Object;
        var body = isDecoded ? EnvelopeMember.After : EnvelopeMember.Message;
        detail.Begin();
        if (isDecoded)
        {
            detail.Member("decoded"u8, view.Text, view.Members.Slice(EnvelopeMember.After));
        }
        else
        {
            detail.Member("content"u8, view.Text, LastOf(view, "content"u8));
            detail.Member("prefix"u8, view.Text, LastOf(view, "prefix"u8));
        }

        change.Facts.Detail = detail.End();
        change.DeliveredAfter = view.Members.Has(body) ? view.Delivered(body) : default;
        coordinates.Read(change.Facts.Table.Engine, "m"u8, order, source, change.Facts.Detail.Span, change);
    }

    /// <summary>A member of the message's body; the last one when it is there twice, as readers of JSON do.</summary>
    private static JsonSlice LastOf(in EnvelopeView view, ReadOnlySpan<byte> name)
    {
        var last = default(JsonSlice);
        foreach (ref readonly var member in view.ChildrenOf(EnvelopeMember.Message))
        {
            if (member.NameOf(view.Text).SequenceEqual(name))
                last = member.Slice;
        }

        return last;
    }

    /// <summary>Reads the end of a transaction; <c>detail</c> has <c>data_collections</c> and <c>event_count</c>: the source's own
    /// counts.</summary>
    public Rejection? ReadMarker(in RawRecord record, in EnvelopeView view, RowChange change)
    {
        var into = change.Facts;
        var members = view.Members;
        into.Operation = ChangeOperation.Transaction;
        var id = members.Content(EnvelopeMember.Id);
        into.TransactionId = facts.MarkerId(id);
        var fault = FactsReader.ReadMarkerTime(record, members, into);
        if (fault is not null)
            return fault;
        detail.Begin();
        detail.Member("data_collections"u8, view.Text, members.Slice(EnvelopeMember.DataCollections));
        detail.Member("event_count"u8, view.Text, members.Slice(EnvelopeMember.EventCount));
        into.Detail = WithoutAddress(detail.End());
        // The whole id: PostgreSQL's has the LSN of the end, without which a wrapped transaction number would come again.
        coordinates.ReadControl("END"u8, isPlaced: true, id, change);
        change.DeliveredAfter = into.Detail;
        return null;
    }

    /// <summary>The counts, without the address in the connector's memory by which it names logical messages in place of a table: it differs
    /// when the same end is sent again.</summary>
    private ReadOnlyMemory<byte> WithoutAddress(ReadOnlyMemory<byte> counts)
    {
        if (counts.Span.IndexOf(MessageAddress) < 0)
            return counts;
        text.Clear();
        var rest = counts.Span;
        while (rest.IndexOf(MessageAddress) is >= 0 and var at)
        {
            var end = at + MessageAddress.Length;
            text.Write(rest[..(end - 1)]);
            rest = rest[end..].TrimStart("0123456789abcdef"u8);
        }

        text.Write(rest);
        return text.WrittenMemory;
    }
}
