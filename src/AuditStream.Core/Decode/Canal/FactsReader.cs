using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Canal;

/// <summary>Reads what a message of Canal says of its changes: when, where, in which transaction.</summary>
/// <remarks>
/// <code>
/// member   gives                                                        there
/// es       occurred_at by the source's commit, milliseconds             always; 0 and less is not known
/// ts       occurred_at by the capture without it, milliseconds          always
/// id       source.position: the number of Canal's batch                 always; one for all of its messages
/// gtid     transaction.id                                               with GTIDs, in some versions
/// </code>
/// </remarks>
internal static class FactsReader
{
    /// <summary>Reads the facts that all changes of the message share; a rejection when a member has another form.</summary>
    public static Rejection? Read(in RawRecord record, in MemberBlock members, FactTexts texts, ChangeFacts facts)
    {
        foreach (var member in (ReadOnlySpan<int>)[CanalMember.Id, CanalMember.Gtid])
        {
            if (!members.IsScalar(member))
                return Invalid(members, member, "is neither text nor number");
        }

        facts.Position = texts.Canonical(members.Content(CanalMember.Id));
        facts.TransactionId = texts.Canonical(members.Content(CanalMember.Gtid));
        return ReadTime(record, members, facts);
    }

    /// <summary>Gives the facts of one change to another of the same message.</summary>
    public static void Copy(ChangeFacts from, ChangeFacts to)
    {
        to.Operation = from.Operation;
        to.Position = from.Position;
        to.TransactionId = from.TransactionId;
        to.OccurredAtMicroseconds = from.OccurredAtMicroseconds;
        to.OccurredAtDigits = from.OccurredAtDigits;
        to.OccurredFrom = from.OccurredFrom;
    }

    private static Rejection? ReadTime(in RawRecord record, in MemberBlock members, ChangeFacts facts)
    {
        foreach (var member in (ReadOnlySpan<int>)[CanalMember.Es, CanalMember.Ts])
        {
            if (members.Content(member).IsEmpty && members.IsScalar(member))
                continue;
            if (!members.TryInteger(member, out var milliseconds))
                return Invalid(members, member, "is no whole number");
            if (milliseconds <= 0)
                continue;
            ChangeTime.TrySet(members.Content(member), unit: 3, facts);
            facts.OccurredFrom = member == CanalMember.Es ? OccurredFrom.Commit : OccurredFrom.Capture;
            return ChangeTime.Check(facts, members.Slice(member).Start);
        }

        ChangeTime.SetOfRecord(record, facts);
        return ChangeTime.Check(facts);
    }

    private static Rejection Invalid(in MemberBlock members, int member, string what) =>
        new(RejectionCode.InvalidMember, $"The member {CanalMember.NameOf(member)} {what}.", members.Slice(member).Start);
}
