using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Makes the coordinate of a change from Debezium's records, in the form of <see cref="CoordinateWriter"/>, and says how well it
/// identifies.</summary>
internal sealed class CoordinateReader
{
    private readonly ByteWriter coordinate = new();
    private readonly ByteWriter key = new();

    /// <summary>Makes the coordinate of a row's change, of a truncate, or of a message.</summary>
    /// <param name="record">The record.</param>
    /// <param name="op">The operation as delivered.</param>
    /// <param name="order">The member <c>data_collection_order</c> of <c>transaction</c>; empty without.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="text">What else tells the change from another at the same place; empty for rows.</param>
    /// <param name="change">Takes the coordinate and its strength.</param>
    public void Read(
        in RawRecord record, ReadOnlySpan<byte> op, ReadOnlySpan<byte> order, in MemberBlock source, ReadOnlySpan<byte> text,
        RowChange change)
    {
        var facts = change.Facts;
        Begin(facts.Table, op);
        var strength = Place(source, order, text, change);
        if (strength == IdentityStrength.Weak)
        {
            Begin(facts.Table, op);
            CoordinateWriter.Field(coordinate, 'R', record.Topic);
            CoordinateWriter.Field(coordinate, 'A', record.Partition);
            CoordinateWriter.Field(coordinate, 'A', record.Offset);
        }

        Finish(strength, change);
    }

    /// <summary>Makes the coordinate of a change of a definition, or of the end of a transaction.</summary>
    /// <param name="op">What it is.</param>
    /// <param name="isPlaced">True when its place in the source's log is known.</param>
    /// <param name="text">What else tells it from another at the same place.</param>
    /// <param name="change">Takes the coordinate and its strength.</param>
    public void ReadControl(ReadOnlySpan<byte> op, bool isPlaced, ReadOnlySpan<byte> text, RowChange change)
    {
        Begin(change.Facts.Table, op);
        CoordinateWriter.Field(coordinate, 'P', change.Facts.Position.Span);
        CoordinateWriter.Field(coordinate, 'X', change.Facts.TransactionId.Span);
        CoordinateWriter.Field(coordinate, 'Z', text);
        if (!isPlaced)
        {
            CoordinateWriter.Field(coordinate, 'R', change.Facts.Topic);
            CoordinateWriter.Field(coordinate, 'A', change.Facts.Partition);
            CoordinateWriter.Field(coordinate, 'A', change.Facts.Offset);
        }

        Finish(isPlaced ? IdentityStrength.Strong : IdentityStrength.Weak, change);
    }

    private void Begin(TableReference table, ReadOnlySpan<byte> op)
    {
        coordinate.Clear();
        CoordinateWriter.Begin(coordinate);
        CoordinateWriter.Field(coordinate, 'N', table.Source);
        CoordinateWriter.Field(coordinate, 'I', table.Incarnation);
        CoordinateWriter.Field(coordinate, 'D', table.Database);
        CoordinateWriter.Field(coordinate, 'S', table.Schema);
        CoordinateWriter.Field(coordinate, 'T', table.Table);
        CoordinateWriter.Field(coordinate, 'O', op);
    }

    private void Finish(IdentityStrength strength, RowChange change)
    {
        // An id's first bits are the time: only the commit's is the same in every redelivery.
        var limit = change.Facts.OccurredFrom == OccurredFrom.Commit ? IdentityStrength.Strong : IdentityStrength.Medium;
        change.Facts.Identity = strength < limit ? strength : limit;
        change.Coordinate = coordinate.WrittenMemory;
    }

    private IdentityStrength Place(in MemberBlock source, ReadOnlySpan<byte> order, ReadOnlySpan<byte> text, RowChange change)
    {
        var facts = change.Facts;
        var position = facts.Position.Span;
        CoordinateWriter.Field(coordinate, 'P', position);
        if (facts.Operation == ChangeOperation.Snapshot)
        {
            // Every snapshot is a new baseline; incremental ones have no position, so the time of reading tells them apart.
            Key(change);
            CoordinateWriter.Field(coordinate, 'Z', facts.OccurredAtMicroseconds);
            return change.Key.IsPresent && facts.OccurredFrom != OccurredFrom.Record ? IdentityStrength.Medium : IdentityStrength.Weak;
        }

        CoordinateWriter.Field(coordinate, 'X', facts.TransactionId.Span);
        CoordinateWriter.Field(coordinate, 'C', order);
        var engine = facts.Table.Engine;
        var isPlaced = !position.IsEmpty;
        switch (engine)
        {
            case "mysql" or "mariadb":
                // A compressed transaction is one event of the log: all its statements share a position, and rows count anew in each.
                if (order.IsEmpty)
                    Key(change);
                if (source.Content(SourceMember.Gtid).IsEmpty)
                    CoordinateWriter.Field(coordinate, 'Z', source.Content(SourceMember.ServerId));
                // A GTID alone is that of the whole transaction.
                isPlaced &= !order.IsEmpty || source.TryInteger(SourceMember.Pos, out _);
                break;
            case "sqlserver" or "db2":
                isPlaced &= !source.Content(SourceMember.CommitLsn).IsEmpty && !source.Content(SourceMember.ChangeLsn).IsEmpty;
                break;
            case "oracle":
                return PlaceOracle(source, order, change);
            default:
                // Rows of one COPY share an LSN: only the key, or the order in the transaction, tells them apart.
                if (order.IsEmpty && facts.Operation is not (ChangeOperation.Truncate or ChangeOperation.Message))
                {
                    Key(change);
                    isPlaced &= change.Key.IsPresent;
                }

                break;
        }

        CoordinateWriter.Field(coordinate, 'Z', text);
        return isPlaced ? IdentityStrength.Strong : IdentityStrength.Weak;
    }

    private IdentityStrength PlaceOracle(in MemberBlock source, ReadOnlySpan<byte> order, RowChange change)
    {
        CoordinateWriter.Field(coordinate, 'Z', source.Content(SourceMember.RsId));
        CoordinateWriter.Field(coordinate, 'Z', source.Content(SourceMember.Ssn));
        CoordinateWriter.Field(coordinate, 'Z', source.Content(SourceMember.RowId));
        if (change.Facts.Position.IsEmpty)
            return IdentityStrength.Weak;
        if (!order.IsEmpty || !source.Content(SourceMember.RsId).IsEmpty)
            return IdentityStrength.Strong;
        // Connectors before 2.0 give no more than an SCN, which the changes of a moment share.
        Key(change);
        return change.Key.IsPresent ? IdentityStrength.Medium : IdentityStrength.Weak;
    }

    private void Key(RowChange change)
    {
        key.Clear();
        if (!change.Key.IsPresent)
            return;
        var layout = change.Key.Layout;
        for (var column = 0; column < layout.Count; column++)
        {
            key.Write(column == 0 ? (byte)'{' : (byte)',');
            key.Write(layout.NameTokens[column]);
            key.Write((byte)':');
            key.Write(change.TextOf(change.Key.Values[column]));
        }

        key.Write((byte)'}');
        CoordinateWriter.Field(coordinate, 'K', key.Written);
    }
}
