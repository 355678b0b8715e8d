using System.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Canal;

/// <summary>Reads the rows of a message of Canal, each into a change of its own.</summary>
/// <remarks>
/// <code>
/// type     data[i]     old[i]                              before                  after
/// INSERT   the row                                                                 data[i]
/// UPDATE   the new row old values of the changed columns   data[i] with old[i]     data[i]
/// DELETE   the row                                         data[i]
/// </code>
/// <para>Canal leaves an entry of <c>old</c> out for a row of which nothing changed, so that the others move up. When both lists are not of one
/// length, no old value can be given to a row: the rows before are not known then.</para>
/// <para>Every value is a text or null. <c>mysqlType</c> tells JSON documents, and <c>sqlType</c> 2004 bytes, which are written as the characters of
/// the same numbers; all else stays text.</para>
/// </remarks>
internal sealed class RowsReader
{
    private readonly ChangeList changes;
    private readonly GivenRows rows;
    private readonly DeclaredTypes types = new(CanalTypes.MeaningOf);
    private readonly JsonTree data = new();
    private readonly JsonTree old = new();
    private readonly JsonTree names = new();
    private readonly MemberList row = new();
    private readonly MemberList oldRow = new();

    /// <summary>Makes a reader.</summary>
    /// <param name="changes">Takes the changes.</param>
    /// <param name="values">Converts their values.</param>
    public RowsReader(ChangeList changes, ValueConverter values)
    {
        this.changes = changes;
        rows = new GivenRows(values);
    }

    /// <summary>Reads all rows; a rejection when one of them is none.</summary>
    public Rejection? Read(in RawRecord record, in MessageView view, TableState table, ChangeOperation operation)
    {
        var slice = view.Members.Slice(CanalMember.Data);
        if (slice.Token != JsonToken.Array)
            return new Rejection(RejectionCode.MissingMember, "The record has no array data.", slice.Start);
        var fault = Read(view.Text, slice, data) ?? ReadOld(view);
        if (fault is not null)
            return fault;
        var count = data.Nodes[0].Count;
        if (count == 0)
            return new Rejection(RejectionCode.MissingMember, "The array data has no row.", slice.Start);
        if (count > ChangeList.MaxChanges)
            return new Rejection(RejectionCode.TooLarge, $"The record has more than {ChangeList.MaxChanges} rows.", slice.Start);
        var key = ReadKey(view, table);
        var declared = ReadTypes(view);
        var isPaired = old.Nodes.Length > 0 && old.Nodes[0].Count == count;
        var first = default(ChangeFacts);
        for (int index = 0, node = 1, oldNode = 1; index < count; index++, node = data.Nodes[node].Next)
        {
            var change = changes.Add(record, table.Reference);
            change.Facts.Operation = operation;
            fault = first is null ? FactsReader.Read(record, view.Members, changes.Texts, change.Facts) : null;
            if (first is not null)
                FactsReader.Copy(first, change.Facts);
            first ??= change.Facts;
            fault ??= ReadRow(view, node, isPaired ? oldNode : -1, declared, table, change);
            if (fault is not null)
                return fault;
            if (isPaired)
                oldNode = old.Nodes[oldNode].Next;
            RowKey.Take(key, change);
            RowKey.Take(table, change);
            Locate(view.Members, index, change);
        }

        return null;
    }

    private static Rejection? Read(ReadOnlySpan<byte> text, in JsonSlice slice, JsonTree tree)
    {
        var position = slice.Start;
        var fault = tree.Read(text, ref position, keep: true);
        return fault == JsonFault.None ? null : RecordFrame.Rejected(fault, position);
    }

    private Rejection? ReadOld(in MessageView view)
    {
        var slice = view.Members.Slice(CanalMember.Old);
        if (slice.Token is not (JsonToken.None or JsonToken.Null or JsonToken.Array))
            return new Rejection(RejectionCode.InvalidMember, "The member old is no array.", slice.Start);
        // A tree that was not read for this record tells of another.
        return slice.Token == JsonToken.Array
            ? Read(view.Text, slice, old)
            : Read("[]"u8, new JsonSlice(Start: 0, Length: 2, JsonToken.Array, JsonTextFlags.None), old);
    }

    private ColumnLayout? ReadKey(in MessageView view, TableState table)
    {
        var named = table.NamedKey;
        named.Clear();
        named.AddAll(view.Text, view.Members.Slice(CanalMember.PkNames), names);
        return named.Layout();
    }

    private ConnectSchema? ReadTypes(in MessageView view)
    {
        types.Clear();
        foreach (ref readonly var member in view.ChildrenOf(CanalMember.MysqlType))
        {
            if (member.Token == JsonToken.String && Ascii.EqualsIgnoreCase(member.Slice.ContentOf(view.Text), CanalTypes.Json))
                types.Add(member.NameOf(view.Text), "json"u8);
        }

        foreach (ref readonly var member in view.ChildrenOf(CanalMember.SqlType))
        {
            if (Ascii.Equals(member.Slice.Of(view.Text), CanalTypes.Blob))
                types.Add(member.NameOf(view.Text), "2004"u8);
        }

        return types.Find();
    }

    private Rejection? ReadRow(in MessageView view, int node, int oldNode, ConnectSchema? declared, TableState table, RowChange change)
    {
        var slice = data.Nodes[node].Slice;
        if (slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "A row of data is no object.", slice.Start);
        row.Clear();
        row.AddAll(data, node);
        var given = new GivenRow(row.Members, ImageExtent.Full, slice.Start, declared);
        if (change.Facts.Operation == ChangeOperation.Delete)
        {
            change.DeliveredBefore = view.Delivered(slice);
            return rows.Read(view.Text, given, after: default, table, change, out _);
        }

        change.DeliveredAfter = view.Delivered(slice);
        if (change.Facts.Operation != ChangeOperation.Update || oldNode < 0)
            return rows.Read(view.Text, before: default, given, table, change, out _);
        var oldSlice = old.Nodes[oldNode].Slice;
        if (oldSlice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "A row of old is no object.", oldSlice.Start);
        oldRow.Clear();
        oldRow.AddAll(old, oldNode);
        change.DeliveredBefore = view.Delivered(oldSlice);
        var before = new GivenRow(oldRow.Members, ImageExtent.Full, oldSlice.Start, declared);
        var fault = rows.Read(view.Text, before, given, table, change, out _);
        if (fault is null)
            GivenRows.CompleteBefore(change);
        return fault;
    }

    private void Locate(in MemberBlock members, int index, RowChange change)
    {
        // A batch has one number for all its messages, and several of them may change one row in the same second: nothing in a message tells it
        // from its neighbours. That it is sent again is not seen then; better twice than lost.
        changes.Locate(change, members.Content(CanalMember.Type)).Field('C', index + 1);
        changes.Finish(IdentityStrength.Weak, change);
    }
}
