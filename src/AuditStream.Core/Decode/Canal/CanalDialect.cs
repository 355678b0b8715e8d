using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Canal;

/// <summary>The flat messages of Canal: the rows of one statement, or a change of definition.</summary>
/// <remarks>
/// <code>
/// shape: text type, and isDdl true or false
///
/// type                                               becomes
/// INSERT, UPDATE, DELETE                             one change for each row of data
/// TRUNCATE                                           truncate
/// CREATE, ALTER, ERASE, RENAME, CINDEX, DINDEX,
/// QUERY, and any other with isDdl true               schema, with the statement
/// MHEARTBEAT                                         skip heartbeat
/// </code>
/// </remarks>
internal sealed class CanalDialect : IDialect
{
    private readonly MemberMap map = CanalMember.NewMap();
    private readonly TableCatalog tables = new();
    private readonly ChangeList changes = new();
    private readonly RowsReader rows;
    private readonly DetailWriter detail;

    /// <summary>Makes the dialect.</summary>
    public CanalDialect()
    {
        var values = new ValueConverter();
        rows = new RowsReader(changes, values);
        detail = new DetailWriter(values);
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.Canal;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var value = record.Value.GetValueOrDefault();
        // A flat row may have columns of these names.
        if (!frame.Tape.Has(value.Span, "isDdl"u8))
            return false;
        var view = new MessageView(value, frame.Tape, map);
        if (view.Members.Slice(CanalMember.Type).Token != JsonToken.String
            || view.Members.Slice(CanalMember.IsDdl).Token is not (JsonToken.True or JsonToken.False))
            return false;
        result = Read(record, view, topic);
        return true;
    }

    private static bool IsDefinition(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("CREATE"u8) || type.SequenceEqual("ALTER"u8) || type.SequenceEqual("ERASE"u8) || type.SequenceEqual("RENAME"u8)
        || type.SequenceEqual("CINDEX"u8) || type.SequenceEqual("DINDEX"u8) || type.SequenceEqual("QUERY"u8);

    private static bool TryOperation(ReadOnlySpan<byte> type, out ChangeOperation operation)
    {
        ChangeOperation? known = type switch
        {
            _ when type.SequenceEqual("INSERT"u8) => ChangeOperation.Insert,
            _ when type.SequenceEqual("UPDATE"u8) => ChangeOperation.Update,
            _ when type.SequenceEqual("DELETE"u8) => ChangeOperation.Delete,
            _ when type.SequenceEqual("TRUNCATE"u8) => ChangeOperation.Truncate,
            _ => null,
        };
        operation = known.GetValueOrDefault();
        return known is not null;
    }

    private static Rejection? CheckNames(in MemberBlock members)
    {
        if (members.HasDuplicates)
            return new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0);
        foreach (var member in (ReadOnlySpan<int>)[CanalMember.Database, CanalMember.Table])
        {
            if (members.Slice(member) is { Token: not (JsonToken.None or JsonToken.Null or JsonToken.String) } slice)
                return new Rejection(RejectionCode.InvalidMember, $"The member {CanalMember.NameOf(member)} is no string.", slice.Start);
        }

        return null;
    }

    private DecodeResult Read(in RawRecord record, in MessageView view, TopicState topic)
    {
        var type = view.Members.Content(CanalMember.Type);
        if (type.SequenceEqual("MHEARTBEAT"u8))
            return DecodeResult.Skipped(SkipReason.Heartbeat);
        if (CheckNames(view.Members) is { } malformed)
            return DecodeResult.Rejected(malformed);
        tables.Begin("canal"u8);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(view.Members.Content(CanalMember.Database));
        tables.Part(default);
        tables.Part(view.Members.Content(CanalMember.Table));
        var table = tables.Find(topic);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        changes.Clear();
        return changes.Result(Read(record, view, table, type));
    }

    private Rejection? Read(in RawRecord record, in MessageView view, TableState table, ReadOnlySpan<byte> type)
    {
        var isDdl = view.Members.Slice(CanalMember.IsDdl).Token == JsonToken.True;
        if (!TryOperation(type, out var operation))
        {
            return isDdl || IsDefinition(type)
                ? ReadStatement(record, view, table, ChangeOperation.Schema)
                : new Rejection(
                    RejectionCode.UnknownOperation, "The member type is none that Canal defines.", view.Members.Slice(CanalMember.Type).Start);
        }

        if (table.Reference.Table is null)
            return new Rejection(RejectionCode.MissingMember, "The record names no table.", ByteOffset: 0);
        return operation == ChangeOperation.Truncate
            ? ReadStatement(record, view, table, operation)
            : rows.Read(record, view, table, operation);
    }

    /// <summary>Reads what has no rows; <c>detail</c> has <c>sql</c> and <c>type</c> as delivered.</summary>
    private Rejection? ReadStatement(in RawRecord record, in MessageView view, TableState table, ChangeOperation operation)
    {
        var change = changes.Add(record, table.Reference);
        change.Facts.Operation = operation;
        var fault = FactsReader.Read(record, view.Members, changes.Texts, change.Facts);
        if (fault is not null)
            return fault;
        detail.Begin();
        detail.Member("sql"u8, view.Text, view.Members.Slice(CanalMember.Sql));
        detail.Member("type"u8, view.Text, view.Members.Slice(CanalMember.Type));
        var text = detail.End();
        if (operation == ChangeOperation.Schema)
            change.Facts.Detail = text;
        change.DeliveredAfter = text;
        changes.Locate(change, view.Members.Content(CanalMember.Type));
        changes.Finish(IdentityStrength.Weak, change);
        return null;
    }
}
