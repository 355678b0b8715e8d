using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads what an envelope says beside its rows: time, place in the source's log, transaction, snapshot.</summary>
internal sealed class FactsReader
{
    private readonly FactTexts texts = new();

    /// <summary>Sets the time of a change; a rejection when it is out of range.</summary>
    /// <remarks>0 and -1 mean unknown. A snapshot row's time is that of reading it.</remarks>
    public static Rejection? ReadTime(
        in RawRecord record, in MemberBlock source, in MemberBlock envelope, bool isSnapshot, ChangeFacts facts)
    {
        if (TryTime(source, SourceMember.TsUs, SourceMember.TsMs, facts))
            facts.OccurredFrom = isSnapshot ? OccurredFrom.Capture : OccurredFrom.Commit;
        else if (TryTime(envelope, EnvelopeMember.TsUs, EnvelopeMember.TsMs, facts))
            facts.OccurredFrom = OccurredFrom.Capture;
        else
            ChangeTime.SetOfRecord(record, facts);
        return ChangeTime.Check(facts);
    }

    /// <summary>Sets the time of a transaction's end: its own clock is the commit's.</summary>
    public static Rejection? ReadMarkerTime(in RawRecord record, in MemberBlock envelope, ChangeFacts facts)
    {
        if (TryTime(envelope, EnvelopeMember.TsUs, EnvelopeMember.TsMs, facts))
            facts.OccurredFrom = OccurredFrom.Commit;
        else
            ChangeTime.SetOfRecord(record, facts);
        return ChangeTime.Check(facts);
    }

    /// <summary>Forgets the texts of the change before.</summary>
    public void Clear() => texts.Clear();

    /// <summary>The kind of snapshot as canonical string content; empty for a streamed change.</summary>
    public ReadOnlyMemory<byte> Snapshot(in MemberBlock source)
    {
        var slice = source.Slice(SourceMember.Snapshot);
        if (slice.Token == JsonToken.True)
            return texts.Keep("true"u8);
        var name = source.Content(SourceMember.Snapshot);
        return name.IsEmpty || name.SequenceEqual("false"u8) ? default : texts.Canonical(name);
    }

    /// <summary>The transaction's id as canonical string content; empty when not known.</summary>
    /// <param name="engine">The connector.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="transactionId">The member <c>id</c> of the block <c>transaction</c>; empty without.</param>
    public ReadOnlyMemory<byte> TransactionId(string? engine, in MemberBlock source, ReadOnlySpan<byte> transactionId)
    {
        switch (engine)
        {
            case "postgresql":
                var cut = transactionId.IndexOf((byte)':');
                return texts.Canonical(First(source.Content(SourceMember.TxId), cut < 0 ? transactionId : transactionId[..cut]));
            case "mysql" or "mariadb":
                return texts.Canonical(First(source.Content(SourceMember.Gtid), transactionId));
            case "sqlserver":
                return texts.Canonical(First(source.Content(SourceMember.CommitLsn), transactionId));
            case "mongodb":
                return texts.Join(source.Content(SourceMember.Lsid), (byte)':', source.Content(SourceMember.TxnNumber));
            default:
                return texts.Canonical(First(source.Content(SourceMember.TxId), transactionId));
        }
    }

    /// <summary>The id of a transaction marker, which has no <c>source</c>: PostgreSQL's <c>txId:LSN</c> is cut, every other form is
    /// whole.</summary>
    public ReadOnlyMemory<byte> MarkerId(ReadOnlySpan<byte> id)
    {
        var cut = id.IndexOf((byte)':');
        var isPostgres = cut > 0 && IsDigits(id[..cut]) && IsDigits(id[(cut + 1)..]);
        return texts.Canonical(isPostgres ? id[..cut] : id);
    }

    /// <summary>The place in the source's log as canonical string content; empty when not known. A bad one is not known.</summary>
    /// <remarks><c>lsn</c> of PostgreSQL; <c>file:pos:row</c>, else the GTID, of MySQL; <c>commit_lsn|change_lsn|event_serial_no</c> of SQL
    /// Server, whose LSNs have colons inside; <c>commit_scn:scn</c> of Oracle; <c>ts_ms:ord</c> of MongoDB.</remarks>
    public ReadOnlyMemory<byte> Position(string? engine, in MemberBlock source)
    {
        switch (engine)
        {
            case "mysql" or "mariadb":
                var file = source.Content(SourceMember.File);
                if (file.IsEmpty || !source.TryInteger(SourceMember.Pos, out _))
                    return texts.Canonical(source.Content(SourceMember.Gtid));
                return texts.Join(file, (byte)':', source.Content(SourceMember.Pos), source.Content(SourceMember.Row));
            case "sqlserver":
                return texts.Join(
                    source.Content(SourceMember.CommitLsn), (byte)'|', source.Content(SourceMember.ChangeLsn),
                    source.Content(SourceMember.EventSerialNo));
            case "oracle":
                return texts.Join(source.Content(SourceMember.CommitScn), (byte)':', source.Content(SourceMember.Scn));
            case "mongodb":
                return texts.Join(source.Content(SourceMember.TsMs), (byte)':', source.Content(SourceMember.Ord));
            default:
                return source.TryInteger(SourceMember.Lsn, out var lsn) && lsn >= 0 ? texts.Canonical(source.Content(SourceMember.Lsn)) : default;
        }
    }

    private static bool TryTime(in MemberBlock block, int microseconds, int milliseconds, ChangeFacts facts)
    {
        if (block.TryInteger(microseconds, out var time) && time is not (0 or -1))
        {
            facts.OccurredAtMicroseconds = time;
            facts.OccurredAtDigits = 6;
            return true;
        }

        if (!block.TryInteger(milliseconds, out time) || time is 0 or -1)
            return false;
        facts.OccurredAtMicroseconds = ChangeTime.ToMicroseconds(time);
        facts.OccurredAtDigits = 3;
        return true;
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.IsEmpty ? other : one;
}
