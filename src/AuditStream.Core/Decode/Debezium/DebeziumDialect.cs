using System.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Debezium's records, 1.9 to 3.x: row changes in their envelope, and what its connectors send beside them.</summary>
/// <remarks>
/// <code>
/// shape, at the top level only                                   it is
/// source (object) + op                                           a change: c u d r t m
/// source (object) + ddl, tableChanges or historyRecord, no op    a change of definition
/// status BEGIN or END + id + data_collections                    a transaction marker
/// ts_ms alone                                                    a heartbeat
/// aggregate_type + type                                          a notification
/// </code>
/// </remarks>
internal sealed class DebeziumDialect : IDialect
{
    /// <summary>How deep members other than row values, messages and definitions may be nested, in containers.</summary>
    public const int MaxRecordDepth = 64;

    private readonly MemberMap envelopeMap = EnvelopeMember.NewMap();
    private readonly MemberMap sourceMap = SourceMember.NewMap();
    private readonly MemberMap transactionMap = new("id", "total_order", "data_collection_order");
    private readonly TableCatalog tables = new();
    private readonly FactsReader facts = new();
    private readonly CoordinateReader coordinates = new();
    private readonly KeyReader keys;
    private readonly ImageReader images;
    private readonly DocumentReader documents;
    private readonly ControlReader controls;
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public DebeziumDialect(ConnectSchemaCache schemas)
    {
        var values = new ValueConverter();
        keys = new KeyReader(schemas, values);
        images = new ImageReader(values);
        documents = new DocumentReader(values);
        controls = new ControlReader(facts, coordinates, values);
        changes = [change];
    }

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var view = new EnvelopeView(record, frame, topic, envelopeMap);
        var members = view.Members;
        var hasOp = members.Has(EnvelopeMember.Op);
        if (members.Slice(EnvelopeMember.Source).Token == JsonToken.Object && (hasOp || IsDefinition(members)))
        {
            var rejection = CheckDepth(view, frame) ?? (hasOp ? null : ReadDefinition(record, view));
            if (hasOp && rejection is null)
            {
                result = ReadEnvelope(record, view);
                return true;
            }

            result = rejection is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(rejection);
            return true;
        }

        if (IsMarker(view, members))
        {
            result = ReadMarker(record, view);
            return true;
        }

        var skip = IsHeartbeat(view, members) ? SkipReason.Heartbeat
            : IsNotification(view, members) ? SkipReason.Notification
            : SkipReason.None;
        result = DecodeResult.Skipped(skip);
        return skip != SkipReason.None;
    }

    private static bool IsDefinition(in MemberBlock members) =>
        members.Has(EnvelopeMember.Ddl) || members.Has(EnvelopeMember.TableChanges) || members.Has(EnvelopeMember.HistoryRecord);

    private static bool IsHeartbeat(in EnvelopeView view, in MemberBlock members) => view.Count == 1 && members.Has(EnvelopeMember.TsMs);

    // A flat row of an outbox table may have columns aggregate_type and type: a notification has these members and no others.
    private static bool IsNotification(in EnvelopeView view, in MemberBlock members)
    {
        if (!members.Has(EnvelopeMember.AggregateType) || !members.Has(EnvelopeMember.Type))
            return false;
        var known = 2;
        foreach (var member in (ReadOnlySpan<int>)[EnvelopeMember.Id, EnvelopeMember.AdditionalData, EnvelopeMember.Timestamp])
            known += members.Has(member) ? 1 : 0;
        return known == view.Count;
    }

    // A flat row may have columns status and id; data_collections makes the difference.
    private static bool IsMarker(in EnvelopeView view, in MemberBlock members)
    {
        var status = members.Content(EnvelopeMember.Status);
        return (status.SequenceEqual("BEGIN"u8) || status.SequenceEqual("END"u8))
            && members.Slice(EnvelopeMember.Id).Token == JsonToken.String && members.Has(EnvelopeMember.DataCollections) && view.Count <= 8;
    }

    private static Rejection? CheckDepth(in EnvelopeView view, RecordFrame frame)
    {
        foreach (ref readonly var member in frame.Tape.Outer)
        {
            var name = member.NameOf(view.Text);
            if (name.SequenceEqual("before"u8) || name.SequenceEqual("after"u8) || name.SequenceEqual("message"u8))
                continue;
            var depth = member.Depth;
            foreach (ref readonly var child in frame.Tape.ChildrenOf(member))
                depth = Math.Max(depth, child.Depth);
            if (depth > MaxRecordDepth)
                return RecordFrame.Rejected(JsonFault.TooDeep, member.Start);
        }

        return null;
    }

    private DecodeResult ReadEnvelope(in RawRecord record, in EnvelopeView view)
    {
        var source = new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Source), sourceMap);
        if (view.Members.HasDuplicates || source.HasDuplicates)
            return DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of the envelope is there twice.", ByteOffset: 0));
        var table = FindTable(view, source);
        if (table.IsBookkeeping)
            return DecodeResult.Skipped(SkipReason.Bookkeeping);
        Begin(record, table);
        var op = view.Members.Content(EnvelopeMember.Op);
        var fault = SetOperation(view, op, source);
        if (fault is not null)
            return DecodeResult.Rejected(fault);
        var transaction = new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Transaction), transactionMap);
        fault = SetFacts(record, view, source, transaction);
        if (fault is null && change.Facts.Operation == ChangeOperation.Message)
            controls.ReadMessage(view, source, transaction.Content(2), change);
        else if (fault is null)
            fault = ReadRow(record, view, table, source, op, transaction.Content(2));
        return fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
    }

    private Rejection? SetOperation(in EnvelopeView view, ReadOnlySpan<byte> op, in MemberBlock source)
    {
        var facts = change.Facts;
        var hasTable = facts.Table.Table is not null;
        var snapshot = this.facts.Snapshot(source);
        var operation = op.Length == 1 ? op[0] : (byte)0;
        switch (operation)
        {
            case (byte)'c' when source.Slice(SourceMember.Table) is { Token: JsonToken.String, Length: 2 } && !hasTable:
                // DecodeLogicalDecodingMessageContent makes an insert of a message; its empty table betrays it.
                facts.Operation = ChangeOperation.Message;
                return null;
            case (byte)'m':
                facts.Operation = ChangeOperation.Message;
                return null;
            case (byte)'c' or (byte)'r':
                facts.Operation = operation == 'r' || !snapshot.IsEmpty ? ChangeOperation.Snapshot : ChangeOperation.Insert;
                facts.Snapshot = facts.Operation == ChangeOperation.Snapshot ? snapshot : default;
                break;
            case (byte)'u':
                facts.Operation = ChangeOperation.Update;
                break;
            case (byte)'d':
                facts.Operation = ChangeOperation.Delete;
                break;
            case (byte)'t':
                facts.Operation = ChangeOperation.Truncate;
                break;
            default:
                return new Rejection(
                    RejectionCode.UnknownOperation, "The member op is none of c, u, d, r, t and m.",
                    view.Members.Slice(EnvelopeMember.Op).Start);
        }

        return hasTable
            ? null
            : new Rejection(
                RejectionCode.MissingMember, "The member source names no table.", view.Members.Slice(EnvelopeMember.Source).Start);
    }

    private Rejection? SetFacts(in RawRecord record, in EnvelopeView view, in MemberBlock source, in MemberBlock transaction)
    {
        var into = change.Facts;
        var isSnapshot = into.Operation == ChangeOperation.Snapshot;
        into.Position = facts.Position(into.Table.Engine, source);
        into.TransactionId = isSnapshot ? default : facts.TransactionId(into.Table.Engine, source, transaction.Content(0));
        into.TransactionOrder = transaction.TryInteger(1, out var order) && order > 0 ? order : 0;
        return FactsReader.ReadTime(record, source, view.Members, isSnapshot, into);
    }

    private Rejection? ReadRow(
        in RawRecord record, in EnvelopeView view, TableState table, in MemberBlock source, ReadOnlySpan<byte> op, ReadOnlySpan<byte> order)
    {
        var fault = keys.ReadRecordKey(record, view.Topic, table, change);
        if (fault is not null)
            return fault;
        var operation = change.Facts.Operation;
        var movedHere = ReadMoves(record, table, operation);
        // With an index as identity the key of a delete is a filler, shared by different rows.
        if (operation == ChangeOperation.Delete && table.Reference.ReplicaIdentity == ReplicaIdentity.Index)
            change.Key.Reset(ColumnLayout.Empty, ImageExtent.None);
        if (operation != ChangeOperation.Truncate)
        {
            fault = DocumentReader.HasDocuments(view) && table.Reference.Engine == Engines.Mongo
                ? documents.Read(view, table, change)
                : images.Read(view, table, movedHere, change);
            if (fault is not null)
                return fault;
            RowKey.Take(table, change);
        }
        else
        {
            change.Before.Reset(ColumnLayout.Empty, ImageExtent.None);
            change.After.Reset(ColumnLayout.Empty, ImageExtent.None);
        }

        coordinates.Read(op, order, source, text: default, change);
        return null;
    }

    /// <summary>Reads the headers that link the halves of a key change; true for the insert half.</summary>
    private bool ReadMoves(in RawRecord record, TableState table, ChangeOperation operation)
    {
        var movedHere = false;
        if (operation is not (ChangeOperation.Insert or ChangeOperation.Delete) || record.Headers is not { Count: > 0 } headers)
            return false;
        for (var index = 0; index < headers.Count; index++)
        {
            var header = headers[index];
            if (operation == ChangeOperation.Delete && header.Name == "__debezium.newkey" && header.Value is { } next)
            {
                keys.ReadHeaderKey(next.Span, table, change.NextKey, change.Scratch);
            }
            else if (operation == ChangeOperation.Insert && header.Name == "__debezium.oldkey" && header.Value is { } previous)
            {
                movedHere = true;
                if (table.Reference.ReplicaIdentity != ReplicaIdentity.Index)
                    keys.ReadHeaderKey(previous.Span, table, change.PreviousKey, change.Scratch);
            }
        }

        return movedHere;
    }

    private Rejection? ReadDefinition(in RawRecord record, in EnvelopeView view)
    {
        var source = new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Source), sourceMap);
        Begin(record, FindTable(view, source));
        return controls.ReadDefinition(record, view, source, change);
    }

    private DecodeResult ReadMarker(in RawRecord record, in EnvelopeView view)
    {
        if (view.Members.Content(EnvelopeMember.Status).SequenceEqual("BEGIN"u8))
            return DecodeResult.Skipped(SkipReason.TransactionBegin);
        tables.Begin("debezium"u8);
        Begin(record, tables.FindWithoutSource(view.Topic));
        var fault = controls.ReadMarker(record, view, change);
        return fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
    }

    private TableState FindTable(in EnvelopeView view, in MemberBlock source)
    {
        tables.Begin("debezium"u8);
        tables.Part(source.Content(SourceMember.Connector));
        var name = source.Content(SourceMember.Name);
        tables.Part(name.IsEmpty ? Encoding.UTF8.GetBytes(view.Topic.Topic) : name);
        tables.Part(source.Content(SourceMember.Db));
        tables.Part(source.Content(SourceMember.Schema));
        var table = source.Content(SourceMember.Table);
        tables.Part(table.IsEmpty ? source.Content(SourceMember.Collection) : table);
        return tables.Find(view.Topic);
    }

    private void Begin(in RawRecord record, TableState table)
    {
        facts.Clear();
        change.Begin(record, table.Reference);
    }
}
