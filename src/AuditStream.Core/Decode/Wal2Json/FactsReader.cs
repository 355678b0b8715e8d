using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Reads what a record says of all of its changes: when, where in the log, in which transaction.</summary>
/// <remarks>
/// <code>
/// member      gives                             there
/// timestamp   occurred_at by the commit         with include-timestamp
/// lsn         source.position, version 2        with include-lsn: the place of the change, or of the commit
/// nextlsn     source.position, version 1        with include-lsn: the place behind the commit
/// xid         transaction.id                    with include-xids; null for a message outside of a transaction
/// </code>
/// </remarks>
internal static class FactsReader
{
    /// <summary>Reads the facts; a rejection when a member has another form.</summary>
    /// <param name="record">The record.</param>
    /// <param name="members">Its members.</param>
    /// <param name="position">The member that has the position.</param>
    /// <param name="texts">Keeps the texts.</param>
    /// <param name="facts">Takes the facts.</param>
    public static Rejection? Read(in RawRecord record, in MemberBlock members, int position, FactTexts texts, ChangeFacts facts)
    {
        foreach (var member in (ReadOnlySpan<int>)[Wal2JsonMember.Xid, Wal2JsonMember.Timestamp, Wal2JsonMember.Lsn, Wal2JsonMember.NextLsn])
        {
            if (!members.IsScalar(member))
                return Invalid(members, member, "is neither text nor number");
        }

        facts.Position = texts.Canonical(members.Content(position));
        facts.TransactionId = texts.Canonical(members.Content(Wal2JsonMember.Xid));
        var time = members.Content(Wal2JsonMember.Timestamp);
        if (time.IsEmpty)
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        if (!ChangeTime.TrySet(time, facts))
            return Invalid(members, Wal2JsonMember.Timestamp, "is no time with its zone");
        facts.OccurredFrom = OccurredFrom.Commit;
        return ChangeTime.Check(facts, members.Slice(Wal2JsonMember.Timestamp).Start);
    }

    private static Rejection Invalid(in MemberBlock members, int member, string what) =>
        new(RejectionCode.InvalidMember, $"The member {Wal2JsonMember.NameOf(member)} {what}.", members.Slice(member).Start);
}
