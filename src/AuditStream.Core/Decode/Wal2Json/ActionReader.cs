using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Reads version 2: one part of a transaction.</summary>
internal sealed class ActionReader
{
    private readonly ChangeList changes;
    private readonly PartReader parts;
    private readonly JsonTree tree = new();

    /// <summary>Makes a reader.</summary>
    public ActionReader(ChangeList changes, PartReader parts)
    {
        this.changes = changes;
        this.parts = parts;
    }

    /// <summary>True for a record of this version: a letter, with what belongs to it.</summary>
    public static bool IsOne(in MemberBlock members, int count)
    {
        var action = members.Content(Wal2JsonMember.Action);
        if (action.Length != 1 || members.Slice(Wal2JsonMember.Action).Token != JsonToken.String)
            return false;
        var hasTable = members.Slice(Wal2JsonMember.Table).Token == JsonToken.String;
        var hasColumns = members.Slice(Wal2JsonMember.Columns).Token == JsonToken.Array;
        var hasIdentity = members.Slice(Wal2JsonMember.Identity).Token == JsonToken.Array;
        return (char)action[0] switch
        {
            'B' or 'C' => HasOnly(members, count, Wal2JsonMember.Origin),
            'T' => hasTable && HasOnly(members, count, Wal2JsonMember.Table),
            'M' => members.Has(Wal2JsonMember.Prefix) && members.Has(Wal2JsonMember.Content),
            _ => hasTable && (hasColumns || hasIdentity),
        };
    }

    /// <summary>Reads the record.</summary>
    public DecodeResult Read(in RawRecord record, TopicState topic, in MemberBlock members)
    {
        var text = record.Value.GetValueOrDefault().Span;
        var action = members.Content(Wal2JsonMember.Action);
        if (action[0] == 'B')
            return DecodeResult.Skipped(SkipReason.TransactionBegin);
        if (!TryOperation(action[0], out var operation))
        {
            return DecodeResult.Rejected(new Rejection(
                RejectionCode.UnknownOperation, "The member action is none that wal2json defines.", members.Slice(Wal2JsonMember.Action).Start));
        }

        var isOfTable = operation is not (ChangeOperation.Message or ChangeOperation.Transaction);
        var part = PartOf(members);
        if (isOfTable && PartReader.CheckTable(part, at: 0) is { } nameless)
            return DecodeResult.Rejected(nameless);
        var table = isOfTable
            ? parts.FindTable(topic, members.Content(Wal2JsonMember.Schema), members.Content(Wal2JsonMember.Table))
            : parts.FindTable(topic, schema: default, table: default);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        var change = changes.Add(record, table.Reference);
        change.Facts.Operation = operation;
        var fault = FactsReader.Read(record, members, Wal2JsonMember.Lsn, changes.Texts, change.Facts);
        if (operation == ChangeOperation.Message)
            parts.ReadMessage(text, part, change);
        else if (operation == ChangeOperation.Transaction)
            parts.ReadCommit(text, members, change);
        else if (operation != ChangeOperation.Truncate)
            fault ??= ReadRow(record, members, table, change);
        if (fault is null)
            Locate(action, change);
        return changes.Result(fault);
    }

    /// <summary>True when a record has one member and, of those from <c>xid</c> to the last one given, some, but no others.</summary>
    public static bool HasOnly(in MemberBlock members, int count, int last)
    {
        var known = 1;
        for (var member = Wal2JsonMember.Xid; member <= last; member++)
            known += members.Has(member) ? 1 : 0;
        return known == count;
    }

    private static bool TryOperation(byte action, out ChangeOperation operation)
    {
        ChangeOperation? known = (char)action switch
        {
            'I' => ChangeOperation.Insert,
            'U' => ChangeOperation.Update,
            'D' => ChangeOperation.Delete,
            'T' => ChangeOperation.Truncate,
            'M' => ChangeOperation.Message,
            'C' => ChangeOperation.Transaction,
            _ => null,
        };
        operation = known.GetValueOrDefault();
        return known is not null;
    }

    private static ChangePart PartOf(in MemberBlock members) => new()
    {
        Kind = members.Slice(Wal2JsonMember.Action),
        Schema = members.Slice(Wal2JsonMember.Schema),
        Table = members.Slice(Wal2JsonMember.Table),
        Content = members.Slice(Wal2JsonMember.Content),
        Prefix = members.Slice(Wal2JsonMember.Prefix),
        Transactional = members.Slice(Wal2JsonMember.Transactional),
    };

    private Rejection? ReadRow(in RawRecord record, in MemberBlock members, TableState table, RowChange change)
    {
        var value = record.Value.GetValueOrDefault();
        var text = value.Span;
        var columns = members.Slice(Wal2JsonMember.Columns);
        var identity = members.Slice(Wal2JsonMember.Identity);
        if (change.Facts.Operation != ChangeOperation.Delete)
        {
            var fault = ReadColumns(text, columns, "columns", parts.Rows.Columns);
            if (fault is not null)
                return fault;
            change.DeliveredAfter = value.Slice(columns.Start, columns.Length);
        }

        // An update of which PostgreSQL logged no old row at all has no identity.
        var hasIdentity = change.Facts.Operation == ChangeOperation.Delete
            || (change.Facts.Operation == ChangeOperation.Update && identity.Token is not (JsonToken.None or JsonToken.Null));
        if (hasIdentity)
        {
            var fault = ReadColumns(text, identity, "identity", parts.Rows.Identity);
            if (fault is not null)
                return fault;
            change.DeliveredBefore = value.Slice(identity.Start, identity.Length);
        }

        return parts.Rows.Read(
            text, hasIdentity, leavesNullsOut: false, Math.Max(columns.Start, 0), table, ReadKey(text, members, table), change);
    }

    private Rejection? ReadColumns(ReadOnlySpan<byte> text, in JsonSlice slice, string name, ColumnsReader into)
    {
        if (slice.Token != JsonToken.Array)
            return new Rejection(RejectionCode.MissingMember, $"The record has no array {name}, which its action needs.", Math.Max(slice.Start, 0));
        var position = slice.Start;
        var fault = tree.Read(text, ref position, keep: true);
        return fault == JsonFault.None ? into.ReadObjects(text, tree) : RecordFrame.Rejected(fault, position);
    }

    private ColumnLayout? ReadKey(ReadOnlySpan<byte> text, in MemberBlock members, TableState table)
    {
        var named = table.NamedKey;
        named.Clear();
        var slice = members.Slice(Wal2JsonMember.Pk);
        var position = slice.Start;
        if (slice.Token != JsonToken.Array || tree.Read(text, ref position, keep: true) != JsonFault.None)
            return null;
        for (int node = 1, left = tree.Nodes[0].Count; left > 0; left--, node = tree.Nodes[node].Next)
        {
            var name = tree.Member(text, node, "name"u8);
            if (name >= 0 && tree.Nodes[name].Token == JsonToken.String)
                named.Add(tree.Nodes[name].Slice.ContentOf(text));
        }

        return named.Layout();
    }

    private void Locate(ReadOnlySpan<byte> action, RowChange change)
    {
        var facts = change.Facts;
        var coordinate = changes.Locate(change, action);
        coordinate.Field('P', facts.Position.Span);
        coordinate.Field('X', facts.TransactionId.Span);
        // Rows of one COPY share a place in the log; updates and deletes have one each.
        var isInsert = facts.Operation == ChangeOperation.Insert;
        if (isInsert)
            coordinate.Key(change);
        var isPlaced = !facts.Position.IsEmpty && (!isInsert || change.Key.IsPresent);
        changes.Finish(isPlaced ? IdentityStrength.Strong : IdentityStrength.Weak, change);
    }
}
