using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Maxwell;

/// <summary>The JSON of Maxwell: a row change, a mark of a bootstrap or a change of definition each.</summary>
/// <remarks>
/// <code>
/// shape: texts type and database, ts, no isDdl, and one of: object data, encrypted, a type of a definition
///
/// type                                      becomes
/// insert, delete                            the same; data is the row
/// update                                    update: data is the new row, old has the old values of the changed columns, so the
///                                           old row is data with old over it, and both are whole
/// bootstrap-insert                          snapshot
/// bootstrap-start, bootstrap-complete       skip notification
/// table-create, -alter, -drop,
/// database-create, -alter, -drop            schema; old and def are definitions here
/// </code>
/// <para>An update without <c>old</c> changed no column that is published. One whose <c>old</c> is empty comes from <c>output_nulls=false</c>, where
/// a NULL is left out: then nothing is known of the row before.</para>
/// </remarks>
internal sealed class MaxwellDialect : IDialect
{
    private static readonly ReadOnlyMemory<byte> Bootstrap = "bootstrap"u8.ToArray();

    private readonly MemberMap map = MaxwellMember.NewMap();
    private readonly TableCatalog tables = new();
    private readonly FactsReader facts = new();
    private readonly KeyColumns keyColumns = new();
    private readonly GivenRows rows;
    private readonly DetailWriter detail;
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public MaxwellDialect()
    {
        var values = new ValueConverter();
        rows = new GivenRows(values);
        detail = new DetailWriter(values);
        changes = [change];
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.Maxwell;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var text = record.Value.GetValueOrDefault().Span;
        // A flat row may have columns of all these names.
        if (!frame.Tape.Has(text, "ts"u8))
            return false;
        var members = new MemberBlock(text, frame.Tape.Outer, map);
        if (!IsOne(members))
            return false;
        result = members.HasDuplicates
            ? DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0))
            : Read(record, frame.Tape, topic, text, members);
        return true;
    }

    private static bool IsOne(in MemberBlock members)
    {
        if (members.Slice(MaxwellMember.Type).Token != JsonToken.String || members.Slice(MaxwellMember.Database).Token != JsonToken.String)
            return false;
        return members.Has(MaxwellMember.Ts) && !members.Has(MaxwellMember.IsDdl)
            && (members.Slice(MaxwellMember.Data).Token == JsonToken.Object || members.Has(MaxwellMember.Encrypted)
                || IsDefinition(members.Content(MaxwellMember.Type)));
    }

    private static bool IsDefinition(ReadOnlySpan<byte> type)
    {
        var action = type.StartsWith("table-"u8) ? type["table-".Length..] : type.StartsWith("database-"u8) ? type["database-".Length..] : default;
        return action.SequenceEqual("create"u8) || action.SequenceEqual("alter"u8) || action.SequenceEqual("drop"u8);
    }

    private DecodeResult Read(in RawRecord record, JsonTape tape, TopicState topic, ReadOnlySpan<byte> text, in MemberBlock members)
    {
        var type = members.Content(MaxwellMember.Type);
        var name = members.Slice(MaxwellMember.Table);
        if (name.Token is not (JsonToken.None or JsonToken.Null or JsonToken.String))
            return DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "The member table is no string.", name.Start));
        tables.Begin("maxwell"u8);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(members.Content(MaxwellMember.Database));
        tables.Part(default);
        tables.Part(members.Content(MaxwellMember.Table));
        var table = tables.Find(topic);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        if (type.SequenceEqual("bootstrap-start"u8) || type.SequenceEqual("bootstrap-complete"u8))
            return DecodeResult.Skipped(SkipReason.Notification);
        facts.Clear();
        change.Begin(record, table.Reference);
        var fault = IsDefinition(type) ? ReadDefinition(record, text, members) : ReadRow(record, tape, text, members, table);
        return fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
    }

    private Rejection? ReadRow(in RawRecord record, JsonTape tape, ReadOnlySpan<byte> text, in MemberBlock members, TableState table)
    {
        if (!TrySetOperation(members.Content(MaxwellMember.Type)))
        {
            return new Rejection(
                RejectionCode.UnknownOperation, "The member type is none that Maxwell defines.", members.Slice(MaxwellMember.Type).Start);
        }

        if (table.Reference.Table is null)
            return new Rejection(RejectionCode.MissingMember, "The record names no table.", ByteOffset: 0);
        if (members.Slice(MaxwellMember.Data).Token != JsonToken.Object)
            return new Rejection(RejectionCode.MissingMember, "The record has no object data: Maxwell encrypted it, or left it out.", ByteOffset: 0);
        var fault = facts.Read(record, members, unit: 0, change.Facts) ?? ReadImages(record, tape, text, members, table);
        if (fault is not null)
            return fault;
        var key = keyColumns.Read(text, members.Slice(MaxwellMember.PrimaryKeyColumns), record.Key.GetValueOrDefault().Span, table.NamedKey);
        RowKey.Take(key, change);
        RowKey.Take(table, change);
        facts.LocateRow(members, change);
        return null;
    }

    private bool TrySetOperation(ReadOnlySpan<byte> type)
    {
        ChangeOperation? known = type switch
        {
            _ when type.SequenceEqual("insert"u8) => ChangeOperation.Insert,
            _ when type.SequenceEqual("update"u8) => ChangeOperation.Update,
            _ when type.SequenceEqual("delete"u8) => ChangeOperation.Delete,
            _ when type.SequenceEqual("bootstrap-insert"u8) => ChangeOperation.Snapshot,
            _ => null,
        };
        change.Facts.Operation = known.GetValueOrDefault();
        change.Facts.Snapshot = known == ChangeOperation.Snapshot ? Bootstrap : default;
        return known is not null;
    }

    private Rejection? ReadImages(in RawRecord record, JsonTape tape, ReadOnlySpan<byte> text, in MemberBlock members, TableState table)
    {
        var data = members.Slice(MaxwellMember.Data);
        var row = new GivenRow(tape.ChildrenOf(members.Entry(MaxwellMember.Data)), ImageExtent.Full, data.Start);
        var delivered = record.Value.GetValueOrDefault().Slice(data.Start, data.Length);
        if (change.Facts.Operation == ChangeOperation.Delete)
        {
            change.DeliveredBefore = delivered;
            return rows.Read(text, row, after: default, table, change, out _);
        }

        change.DeliveredAfter = delivered;
        if (change.Facts.Operation != ChangeOperation.Update)
            return rows.Read(text, before: default, row, table, change, out _);
        var old = members.Slice(MaxwellMember.Old);
        if (old.Token is not (JsonToken.None or JsonToken.Null or JsonToken.Object))
            return new Rejection(RejectionCode.InvalidMember, "The member old of an update is no object.", old.Start);
        var before = old.Token == JsonToken.Object ? tape.ChildrenOf(members.Entry(MaxwellMember.Old)) : default;
        var isKnown = old.Token != JsonToken.Object || before.Length > 0;
        if (old.Token == JsonToken.Object)
            change.DeliveredBefore = record.Value.GetValueOrDefault().Slice(old.Start, old.Length);
        var extent = isKnown ? ImageExtent.Full : ImageExtent.None;
        var fault = rows.Read(text, new GivenRow(before, extent, old.Start), row, table, change, out _);
        if (fault is null && isKnown)
            GivenRows.CompleteBefore(change);
        return fault;
    }

    /// <summary>Reads a change of definition; <c>detail</c> has <c>def</c>, <c>old</c> and <c>sql</c> as delivered, and its <c>type</c>.</summary>
    private Rejection? ReadDefinition(in RawRecord record, ReadOnlySpan<byte> text, in MemberBlock members)
    {
        change.Facts.Operation = ChangeOperation.Schema;
        var fault = facts.Read(record, members, unit: 3, change.Facts);
        if (fault is not null)
            return fault;
        detail.Begin();
        detail.Member("def"u8, text, members.Slice(MaxwellMember.Def));
        detail.Member("old"u8, text, members.Slice(MaxwellMember.Old));
        detail.Member("sql"u8, text, members.Slice(MaxwellMember.Sql));
        detail.Member("type"u8, text, members.Slice(MaxwellMember.Type));
        change.Facts.Detail = detail.End();
        change.DeliveredAfter = change.Facts.Detail;
        facts.LocateDefinition(members, change);
        return null;
    }
}
