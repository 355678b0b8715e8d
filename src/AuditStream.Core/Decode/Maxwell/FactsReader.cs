using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Maxwell;

/// <summary>Reads what a Maxwell record says of a change: when, where in the binlog, in which transaction; and makes its coordinate.</summary>
/// <remarks>
/// <code>
/// member         gives                                                  there
/// ts             occurred_at: seconds of a row, milliseconds of a DDL   always; 0 and less is not known
/// position       source.position, file:offset of the event              with output_binlog_position
/// gtid           source.position without it                             with output_gtid_position
/// xid            transaction.id                                         by default; numbered anew when the server starts
/// xoffset        transaction.order, from 1 (on the wire from 0)         on every row but the last of a transaction
/// commit         the last row of its transaction                        on that one
/// </code>
/// <para>Rows of one event share a position: their place in the transaction, or the key, tells them apart.</para>
/// </remarks>
internal sealed class FactsReader
{
    private readonly FactTexts texts = new();
    private readonly Coordinate coordinate = new();

    /// <summary>Forgets the texts of the change before.</summary>
    public void Clear() => texts.Clear();

    /// <summary>Reads the facts of a change; a rejection when a member of it has another form.</summary>
    /// <param name="record">The record.</param>
    /// <param name="members">Its members.</param>
    /// <param name="unit">The digits that the unit of <c>ts</c> adds to a second.</param>
    /// <param name="facts">Takes the facts.</param>
    public Rejection? Read(in RawRecord record, in MemberBlock members, int unit, ChangeFacts facts)
    {
        ReadOnlySpan<int> scalars =
            [MaxwellMember.Xid, MaxwellMember.XOffset, MaxwellMember.Position, MaxwellMember.Gtid, MaxwellMember.ServerId];
        foreach (var member in scalars)
        {
            if (!members.IsScalar(member))
                return Invalid(members, member, "is neither text nor number");
        }

        var fault = ReadTime(record, members, unit, facts);
        if (fault is not null)
            return fault;
        var position = members.Content(MaxwellMember.Position);
        facts.Position = texts.Canonical(position.IsEmpty ? members.Content(MaxwellMember.Gtid) : position);
        facts.TransactionId = texts.Canonical(members.Content(MaxwellMember.Xid));
        if (members.Content(MaxwellMember.XOffset).IsEmpty)
            return null;
        if (!members.TryInteger(MaxwellMember.XOffset, out var offset) || offset is < 0 or long.MaxValue)
            return Invalid(members, MaxwellMember.XOffset, "is no whole number from 0");
        facts.TransactionOrder = offset + 1;
        return null;
    }

    /// <summary>Makes the coordinate of a row's change.</summary>
    public void LocateRow(in MemberBlock members, RowChange change)
    {
        var facts = change.Facts;
        coordinate.Begin(facts.Table, members.Content(MaxwellMember.Type));
        var strength = facts.Operation == ChangeOperation.Snapshot ? LocateBootstrap(change) : LocateChange(members, change);
        if (strength == IdentityStrength.Weak)
            coordinate.Origin(facts);
        coordinate.Finish(strength, change);
    }

    /// <summary>Makes the coordinate of a change of definition.</summary>
    public void LocateDefinition(in MemberBlock members, RowChange change)
    {
        coordinate.Begin(change.Facts.Table, members.Content(MaxwellMember.Type));
        coordinate.Field('P', change.Facts.Position.Span);
        coordinate.Field('Z', members.Content(MaxwellMember.ServerId));
        coordinate.Field('Z', change.Facts.Detail.Span);
        if (change.Facts.Position.IsEmpty)
            coordinate.Origin(change.Facts);
        coordinate.Finish(change.Facts.Position.IsEmpty ? IdentityStrength.Weak : IdentityStrength.Strong, change);
    }

    private IdentityStrength LocateBootstrap(RowChange change)
    {
        // Each bootstrap is a new baseline: its time tells its rows from those of the last one.
        coordinate.Key(change);
        coordinate.Field('Z', change.Facts.OccurredAtMicroseconds);
        return change.Key.IsPresent && change.Facts.OccurredFrom != OccurredFrom.Record ? IdentityStrength.Medium : IdentityStrength.Weak;
    }

    private IdentityStrength LocateChange(in MemberBlock members, RowChange change)
    {
        var facts = change.Facts;
        coordinate.Field('P', facts.Position.Span);
        coordinate.Field('X', facts.TransactionId.Span);
        var isLast = members.Slice(MaxwellMember.Commit).Token == Json.JsonToken.True;
        var hasPlace = facts.TransactionOrder > 0 || isLast;
        if (facts.TransactionOrder > 0)
            coordinate.Field('C', facts.TransactionOrder);
        else if (isLast)
            coordinate.Field('C', "last"u8);
        if (!hasPlace)
            coordinate.Key(change);
        coordinate.Field('Z', members.Content(MaxwellMember.ServerId));
        // A position that counts events needs the place in the transaction or the key; a GTID, which counts transactions, the place.
        var isEvent = !members.Content(MaxwellMember.Position).IsEmpty;
        if (!facts.Position.IsEmpty && (hasPlace || (isEvent && change.Key.IsPresent)))
            return IdentityStrength.Strong;
        if (facts.TransactionId.IsEmpty || !hasPlace || facts.OccurredFrom == OccurredFrom.Record)
            return IdentityStrength.Weak;
        // Transactions are numbered anew when the server starts: only together with the time is a number one of a kind.
        coordinate.Field('Z', facts.OccurredAtMicroseconds);
        return IdentityStrength.Medium;
    }

    private static Rejection? ReadTime(in RawRecord record, in MemberBlock members, int unit, ChangeFacts facts)
    {
        if (!members.TryInteger(MaxwellMember.Ts, out var ts))
            return Invalid(members, MaxwellMember.Ts, "is no whole number");
        if (ts <= 0)
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        ChangeTime.TrySet(members.Content(MaxwellMember.Ts), unit, facts);
        facts.OccurredFrom = facts.Operation == ChangeOperation.Snapshot ? OccurredFrom.Capture : OccurredFrom.Commit;
        return ChangeTime.Check(facts, members.Slice(MaxwellMember.Ts).Start);
    }

    private static Rejection Invalid(in MemberBlock members, int member, string what) =>
        new(RejectionCode.InvalidMember, $"The member {MaxwellMember.NameOf(member)} {what}.", members.Slice(member).Start);
}
