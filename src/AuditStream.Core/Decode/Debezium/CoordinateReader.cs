using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Makes the coordinate of a change from Debezium's records, in the form of <see cref="CoordinateWriter"/>, and says how well it
/// identifies.</summary>
internal sealed class CoordinateReader
{
    private readonly Coordinate coordinate = new();

    /// <summary>Makes the coordinate of a row's change, of a truncate, or of a message.</summary>
    /// <param name="engine">The engine by whose rules its log is read; null when not known.</param>
    /// <param name="op">The operation as delivered.</param>
    /// <param name="order">The member <c>data_collection_order</c> of <c>transaction</c>; empty without.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="text">What else tells the change from another at the same place; empty for rows.</param>
    /// <param name="change">Takes the coordinate and its strength.</param>
    public void Read(
        string? engine, ReadOnlySpan<byte> op, ReadOnlySpan<byte> order, in MemberBlock source, ReadOnlySpan<byte> text, RowChange change)
    {
        var facts = change.Facts;
        coordinate.Begin(facts.Table, op);
        var strength = Place(engine, source, order, text, change);
        if (strength == IdentityStrength.Weak)
        {
            coordinate.Begin(facts.Table, op);
            coordinate.Origin(facts);
        }

        coordinate.Finish(strength, change);
    }

    /// <summary>Makes the coordinate of a change of a definition, or of the end of a transaction.</summary>
    /// <param name="op">What it is.</param>
    /// <param name="isPlaced">True when its place in the source's log is known.</param>
    /// <param name="text">What else tells it from another at the same place.</param>
    /// <param name="change">Takes the coordinate and its strength.</param>
    public void ReadControl(ReadOnlySpan<byte> op, bool isPlaced, ReadOnlySpan<byte> text, RowChange change)
    {
        coordinate.Begin(change.Facts.Table, op);
        coordinate.Field('P', change.Facts.Position.Span);
        coordinate.Field('X', change.Facts.TransactionId.Span);
        coordinate.Field('Z', text);
        if (!isPlaced)
            coordinate.Origin(change.Facts);
        coordinate.Finish(isPlaced ? IdentityStrength.Strong : IdentityStrength.Weak, change);
    }

    private IdentityStrength Place(
        string? engine, in MemberBlock source, ReadOnlySpan<byte> order, ReadOnlySpan<byte> text, RowChange change)
    {
        var facts = change.Facts;
        var position = facts.Position.Span;
        coordinate.Field('P', position);
        if (facts.Operation == ChangeOperation.Snapshot)
        {
            // Every snapshot is a new baseline; incremental ones have no position, so the time of reading tells them apart.
            coordinate.Key(change);
            coordinate.Field('Z', facts.OccurredAtMicroseconds);
            return change.Key.IsPresent && facts.OccurredFrom != OccurredFrom.Record ? IdentityStrength.Medium : IdentityStrength.Weak;
        }

        coordinate.Field('X', facts.TransactionId.Span);
        coordinate.Field('C', order);
        var isPlaced = !position.IsEmpty;
        switch (engine)
        {
            case "mysql" or "mariadb":
                // A compressed transaction is one event of the log: all its statements share a position, and rows count anew in each.
                if (order.IsEmpty)
                    coordinate.Key(change);
                if (source.Content(SourceMember.Gtid).IsEmpty)
                    coordinate.Field('Z', source.Content(SourceMember.ServerId));
                // A GTID alone is that of the whole transaction, a position without its file is not read, and without its number a row is one of
                // all in its event of the log.
                isPlaced &= !order.IsEmpty
                    || (!source.Content(SourceMember.File).IsEmpty && source.TryInteger(SourceMember.Pos, out _)
                        && (source.TryInteger(SourceMember.Row, out _) || change.Key.IsPresent));
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
                    coordinate.Key(change);
                    isPlaced &= change.Key.IsPresent;
                }

                // MongoDB's time is that of a second, in which the order counts.
                isPlaced &= engine != Engines.Mongo || !source.Content(SourceMember.Ord).IsEmpty;

                break;
        }

        coordinate.Field('Z', text);
        return isPlaced ? IdentityStrength.Strong : IdentityStrength.Weak;
    }

    private IdentityStrength PlaceOracle(in MemberBlock source, ReadOnlySpan<byte> order, RowChange change)
    {
        coordinate.Field('Z', source.Content(SourceMember.RsId));
        coordinate.Field('Z', source.Content(SourceMember.Ssn));
        coordinate.Field('Z', source.Content(SourceMember.RowId));
        // The SCN of the commit alone is that of the whole transaction.
        if (source.Content(SourceMember.Scn).IsEmpty)
            return IdentityStrength.Weak;
        if (!order.IsEmpty || !source.Content(SourceMember.RsId).IsEmpty)
            return IdentityStrength.Strong;
        // Connectors before 2.0 give no more than an SCN, which the changes of a moment share.
        coordinate.Key(change);
        return change.Key.IsPresent ? IdentityStrength.Medium : IdentityStrength.Weak;
    }
}
