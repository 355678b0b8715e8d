using AuditStream.Core.Decode.Connect;
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
    private readonly MemberMap transactionMap = ChangeReader.NewTransactionMap();
    private readonly TableCatalog tables = new();
    private readonly ChangeReader reader;

    /// <summary>Makes the dialect.</summary>
    public DebeziumDialect(SchemaCatalog schemas) => reader = new ChangeReader(schemas);

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.DebeziumEnvelope;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var view = new EnvelopeView(record, frame, topic, envelopeMap);
        var members = view.Members;
        var hasOp = members.Has(EnvelopeMember.Op);
        if (members.Slice(EnvelopeMember.Source).Token == JsonToken.Object && (hasOp || IsDefinition(members)) && MayBeSource(view, topic))
        {
            var rejection = CheckDepth(view, frame);
            result = rejection is not null ? DecodeResult.Rejected(rejection)
                : hasOp ? ReadEnvelope(record, view)
                : ReadDefinition(record, view);
            return true;
        }

        if (IsMarker(view, members, topic))
        {
            result = ReadMarker(record, view);
            return true;
        }

        var skip = IsHeartbeat(view, members) ? SkipReason.Heartbeat
            : topic.Settings.Dialect != SourceDialect.Flat && IsNotification(view, members) ? SkipReason.Notification
            : SkipReason.None;
        result = DecodeResult.Skipped(skip);
        return skip != SkipReason.None;
    }

    /// <summary>Reads a change whose blocks are found.</summary>
    /// <param name="record">The record; its value is what <paramref name="view"/> shows.</param>
    /// <param name="view">The images, or the message.</param>
    /// <param name="op">The operation.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="transaction">The block <c>transaction</c>.</param>
    public DecodeResult ReadChange(
        in RawRecord record, in EnvelopeView view, ReadOnlySpan<byte> op, in MemberBlock source, in MemberBlock transaction)
    {
        var table = FindTable(view.Topic, source);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        reader.Begin(record, table);
        var engine = table.Reference.Engine;
        var fault = SetOperation(view, op, source)
            ?? reader.ReadFacts(record, engine, source, view.Members, transaction);
        if (fault is null && reader.Change.Facts.Operation == ChangeOperation.Message)
        {
            reader.Controls.ReadMessage(view, source, transaction.Content(2), reader.Change);
        }
        else if (fault is null)
        {
            var before = view.Image(EnvelopeMember.Before, "before"u8);
            var after = view.Image(EnvelopeMember.After, "after"u8);
            fault = IsTagged(before) || IsTagged(after)
                ? new Rejection(
                    RejectionCode.UnknownSchema, "The record is in Avro's JSON form, and neither framing nor header names its schema.", ByteOffset: -1)
                : reader.ReadRow(record, view.Topic, table, engine, op, source, transaction, before, after);
        }

        return reader.Result(fault);
    }

    /// <summary>True for a row as Avro's JSON form has it: inside of an object that names the branch of its union. Without the schema its columns cannot be
    /// told from the tags around their values.</summary>
    private static bool IsTagged(in DeliveredImage image) =>
        image.Schema is null && image.Members.Length == 1 && image.Members[0].Token == JsonToken.Object
        && image.Members[0].NameOf(image.Text).EndsWith(".Value"u8);

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

    // A flat row, as MongoDB's are, may have columns source and op; every connector writes its kind into its own.
    private bool MayBeSource(in EnvelopeView view, TopicState topic) =>
        topic.Settings.Dialect != SourceDialect.Flat
        || new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Source), sourceMap).Has(SourceMember.Connector);

    // A flat row may have columns status and id; data_collections makes the difference, and that there is nothing else.
    private static bool IsMarker(in EnvelopeView view, in MemberBlock members, TopicState topic)
    {
        if (topic.Settings.Dialect == SourceDialect.Flat && (view.Count != 5 || !members.Has(EnvelopeMember.EventCount) || !members.Has(EnvelopeMember.TsMs)))
            return false;
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
        var transaction = new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Transaction), transactionMap);
        return ReadChange(record, view, view.Members.Content(EnvelopeMember.Op), source, transaction);
    }

    private Rejection? SetOperation(in EnvelopeView view, ReadOnlySpan<byte> op, in MemberBlock source)
    {
        var facts = reader.Change.Facts;
        var snapshot = reader.Facts.Snapshot(source);
        if (!ChangeLetter.TryRead(op, isOfSnapshot: !snapshot.IsEmpty, out var operation))
        {
            return new Rejection(
                RejectionCode.UnknownOperation, "The member op is none of c, u, d, r, t and m.", view.Members.Slice(EnvelopeMember.Op).Start);
        }

        var hasTable = facts.Table.Table is not null;
        // DecodeLogicalDecodingMessageContent makes an insert of a message; its empty table betrays it.
        if (op.SequenceEqual("c"u8) && !hasTable && source.Slice(SourceMember.Table) is { Token: JsonToken.String, Length: 2 })
            operation = ChangeOperation.Message;
        facts.Operation = operation;
        facts.Snapshot = operation == ChangeOperation.Snapshot ? snapshot : default;
        return hasTable || operation == ChangeOperation.Message
            ? null
            : new Rejection(
                RejectionCode.MissingMember, "The member source names no table.", view.Members.Slice(EnvelopeMember.Source).Start);
    }

    private DecodeResult ReadDefinition(in RawRecord record, in EnvelopeView view)
    {
        var source = new MemberBlock(view.Text, view.ChildrenOf(EnvelopeMember.Source), sourceMap);
        reader.Begin(record, FindTable(view.Topic, source));
        return reader.Result(reader.Controls.ReadDefinition(record, view, source, reader.Change));
    }

    private DecodeResult ReadMarker(in RawRecord record, in EnvelopeView view)
    {
        if (view.Members.Content(EnvelopeMember.Status).SequenceEqual("BEGIN"u8))
            return DecodeResult.Skipped(SkipReason.TransactionBegin);
        tables.Begin("debezium"u8);
        reader.Begin(record, tables.FindWithoutSource(view.Topic));
        return reader.Result(reader.Controls.ReadMarker(record, view, reader.Change));
    }

    private TableState FindTable(TopicState topic, in MemberBlock source)
    {
        tables.Begin("debezium"u8);
        tables.Part(source.Content(SourceMember.Connector));
        var name = source.Content(SourceMember.Name);
        tables.Part(name.IsEmpty ? topic.TopicContent : name);
        tables.Part(source.Content(SourceMember.Db));
        tables.Part(source.Content(SourceMember.Schema));
        var table = source.Content(SourceMember.Table);
        tables.Part(table.IsEmpty ? source.Content(SourceMember.Collection) : table);
        return tables.Find(topic);
    }
}
