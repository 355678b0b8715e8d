using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Reads version 1: a transaction with all its changes.</summary>
internal sealed class TransactionReader
{
    private readonly ChangeList changes;
    private readonly PartReader parts;
    private readonly JsonTree tree = new();
    private SkipReason skip;

    /// <summary>Makes a reader.</summary>
    public TransactionReader(ChangeList changes, PartReader parts)
    {
        this.changes = changes;
        this.parts = parts;
    }

    /// <summary>True for a record of this version: its changes are objects, the first of which has a kind. Without a change it has members of a
    /// transaction only.</summary>
    public static bool IsOne(ReadOnlySpan<byte> text, in MemberBlock members, int count)
    {
        var slice = members.Slice(Wal2JsonMember.Change);
        if (slice.Token != JsonToken.Array)
            return false;
        var first = JsonScanner.SkipBlank(text, slice.Start + 1);
        if (text[first] == ']')
            return ActionReader.HasOnly(members, count, Wal2JsonMember.Origin);
        var name = JsonScanner.SkipBlank(text, first + 1);
        return text[first] == '{' && text[name..].StartsWith("\"kind\""u8);
    }

    /// <summary>Reads the record.</summary>
    public DecodeResult Read(in RawRecord record, TopicState topic, in MemberBlock members)
    {
        var text = record.Value.GetValueOrDefault().Span;
        var slice = members.Slice(Wal2JsonMember.Change);
        var position = slice.Start;
        var jsonFault = tree.Read(text, ref position, keep: true);
        if (jsonFault != JsonFault.None)
            return DecodeResult.Rejected(RecordFrame.Rejected(jsonFault, position));
        var count = tree.Nodes[0].Count;
        if (count == 0)
            return DecodeResult.Skipped(SkipReason.Empty);
        if (count > ChangeList.MaxChanges)
        {
            return DecodeResult.Rejected(
                new Rejection(RejectionCode.TooLarge, $"The record has more than {ChangeList.MaxChanges} changes.", slice.Start));
        }

        skip = SkipReason.None;
        for (int index = 0, node = 1; index < count; index++, node = tree.Nodes[node].Next)
        {
            if (ReadPart(record, topic, members, node, index) is { } fault)
                return DecodeResult.Rejected(fault);
        }

        return changes.Count > 0 ? changes.Result(fault: null) : DecodeResult.Skipped(skip);
    }

    private static bool TryOperation(ReadOnlySpan<byte> kind, out ChangeOperation operation)
    {
        ChangeOperation? known = kind switch
        {
            _ when kind.SequenceEqual("insert"u8) => ChangeOperation.Insert,
            _ when kind.SequenceEqual("update"u8) => ChangeOperation.Update,
            _ when kind.SequenceEqual("delete"u8) => ChangeOperation.Delete,
            _ when kind.SequenceEqual("truncate"u8) => ChangeOperation.Truncate,
            _ when kind.SequenceEqual("message"u8) => ChangeOperation.Message,
            _ => null,
        };
        operation = known.GetValueOrDefault();
        return known is not null;
    }

    private Rejection? ReadPart(in RawRecord record, TopicState topic, in MemberBlock members, int node, int index)
    {
        var text = record.Value.GetValueOrDefault().Span;
        var at = tree.Nodes[node].Start;
        var part = PartOf(text, node);
        var kind = part.Kind.Token == JsonToken.String ? part.Kind.ContentOf(text) : default;
        if (!TryOperation(kind, out var operation))
            return new Rejection(RejectionCode.UnknownOperation, "The kind of a change is none that wal2json defines.", kind.IsEmpty ? at : part.Kind.Start);
        var isMessage = operation == ChangeOperation.Message;
        if (!isMessage && PartReader.CheckTable(part, at) is { } nameless)
            return nameless;
        var table = isMessage
            ? parts.FindTable(topic, schema: default, table: default)
            : parts.FindTable(topic, part.Schema.Token == JsonToken.String ? part.Schema.ContentOf(text) : default, part.Table.ContentOf(text));
        if (table.Skip != SkipReason.None)
        {
            skip = skip == SkipReason.None ? table.Skip : skip;
            return null;
        }

        var change = changes.Add(record, table.Reference);
        change.Facts.Operation = operation;
        var fault = FactsReader.Read(record, members, Wal2JsonMember.NextLsn, changes.Texts, change.Facts);
        if (fault is not null)
            return fault;
        change.Facts.TransactionOrder = index + 1;
        if (isMessage)
            parts.ReadMessage(text, part, change);
        else if (operation != ChangeOperation.Truncate)
            fault = ReadRow(record, node, table, change);
        if (fault is null)
            Locate(kind, index, change);
        return fault;
    }

    private ChangePart PartOf(ReadOnlySpan<byte> text, int node) => new()
    {
        Kind = Slice(tree.Member(text, node, "kind"u8)),
        Schema = Slice(tree.Member(text, node, "schema"u8)),
        Table = Slice(tree.Member(text, node, "table"u8)),
        Content = Slice(tree.Member(text, node, "content"u8)),
        Prefix = Slice(tree.Member(text, node, "prefix"u8)),
        Transactional = Slice(tree.Member(text, node, "transactional"u8)),
    };

    private JsonSlice Slice(int node) => node < 0 ? default : tree.Nodes[node].Slice;

    private Rejection? ReadRow(in RawRecord record, int node, TableState table, RowChange change)
    {
        var value = record.Value.GetValueOrDefault();
        var text = value.Span;
        var at = tree.Nodes[node].Start;
        var isDelete = change.Facts.Operation == ChangeOperation.Delete;
        var identity = change.Facts.Operation == ChangeOperation.Insert ? -1 : tree.Member(text, node, "oldkeys"u8);
        if (isDelete && identity < 0)
            return new Rejection(RejectionCode.MissingMember, "The delete has no old key.", at);
        if (!isDelete)
        {
            var values = tree.Member(text, node, "columnvalues"u8);
            var fault = parts.Rows.Columns.ReadArrays(
                text, tree, tree.Member(text, node, "columnnames"u8), tree.Member(text, node, "columntypes"u8), values, at);
            if (fault is not null)
                return fault;
            change.DeliveredAfter = value.Slice(tree.Nodes[values].Start, tree.Nodes[values].Length);
        }

        if (identity >= 0)
        {
            var fault = parts.Rows.Identity.ReadArrays(
                text, tree, tree.Member(text, identity, "keynames"u8), tree.Member(text, identity, "keytypes"u8),
                tree.Member(text, identity, "keyvalues"u8), tree.Nodes[identity].Start);
            if (fault is not null)
                return fault;
            change.DeliveredBefore = value.Slice(tree.Nodes[identity].Start, tree.Nodes[identity].Length);
        }

        return parts.Rows.Read(text, identity >= 0, leavesNullsOut: true, at, table, ReadKey(text, node, table), change);
    }

    private ColumnLayout? ReadKey(ReadOnlySpan<byte> text, int node, TableState table)
    {
        var named = table.NamedKey;
        named.Clear();
        var names = tree.Member(text, tree.Member(text, node, "pk"u8), "pknames"u8);
        if (names < 0 || tree.Nodes[names].Token != JsonToken.Array)
            return null;
        for (int name = names + 1, left = tree.Nodes[names].Count; left > 0; left--, name = tree.Nodes[name].Next)
        {
            if (tree.Nodes[name].Token == JsonToken.String)
                named.Add(tree.Nodes[name].Slice.ContentOf(text));
        }

        return named.Layout();
    }

    private void Locate(ReadOnlySpan<byte> kind, int index, RowChange change)
    {
        var facts = change.Facts;
        var coordinate = changes.Locate(change, kind);
        coordinate.Field('P', facts.Position.Span);
        coordinate.Field('X', facts.TransactionId.Span);
        coordinate.Field('C', index + 1);
        if (!facts.Position.IsEmpty)
        {
            changes.Finish(IdentityStrength.Strong, change);
            return;
        }

        // Transactions are numbered anew after 2^32: only together with the time of its commit is a number one of a kind.
        var isKnown = !facts.TransactionId.IsEmpty && facts.OccurredFrom == OccurredFrom.Commit;
        if (isKnown)
            coordinate.Field('Z', facts.OccurredAtMicroseconds);
        changes.Finish(isKnown ? IdentityStrength.Medium : IdentityStrength.Weak, change);
    }
}
