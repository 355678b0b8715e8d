using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>Reads what <c>metadata</c> says of a change: when, where in the source's log, in which transaction.</summary>
/// <remarks>
/// <code>
/// member                   gives                                     there
/// commit-timestamp         occurred_at by the source's commit        with transaction details, never in a load
/// timestamp                occurred_at by the capture, without it    always: when DMS made the message
/// transaction-id           transaction.id, a number or a string      changes; not in loads, not from every version
/// transaction-record-id    transaction.order, from 1                 with transaction details
/// stream-position          source.position, in the engine's words    with transaction details
/// </code>
/// </remarks>
internal sealed class MetadataReader
{
    private readonly FactTexts texts = new();

    /// <summary>Forgets the texts of the change before.</summary>
    public void Clear() => texts.Clear();

    /// <summary>Reads the facts of a change; a rejection when a member of it has another form.</summary>
    public Rejection? Read(in RawRecord record, in RecordView view, ChangeFacts facts)
    {
        var metadata = view.Metadata;
        var isLoad = facts.Operation == ChangeOperation.Snapshot;
        var fault = ReadTime(record, view.Text, metadata, isLoad, facts) ?? CheckScalar(metadata, MetadataMember.TransactionId)
            ?? CheckScalar(metadata, MetadataMember.TransactionRecordId) ?? CheckScalar(metadata, MetadataMember.StreamPosition);
        if (fault is not null)
            return fault;
        facts.Position = texts.Canonical(metadata.Content(MetadataMember.StreamPosition));
        if (isLoad)
            return null;
        facts.TransactionId = texts.Canonical(metadata.Content(MetadataMember.TransactionId));
        if (metadata.Content(MetadataMember.TransactionRecordId).IsEmpty)
            return null;
        if (!metadata.TryInteger(MetadataMember.TransactionRecordId, out var order) || order < 0)
            return Invalid(metadata, MetadataMember.TransactionRecordId, "is no whole number from 0");
        facts.TransactionOrder = order;
        return null;
    }

    /// <summary>A rejection when a member that must be text, if it is there, is something else.</summary>
    public static Rejection? CheckText(in MemberBlock metadata, int member) =>
        metadata.Slice(member).Token is JsonToken.None or JsonToken.Null or JsonToken.String
            ? null
            : Invalid(metadata, member, "is no string");

    private static Rejection? CheckScalar(in MemberBlock metadata, int member) =>
        metadata.Slice(member).Token == JsonToken.Number ? null : CheckText(metadata, member);

    private static Rejection? ReadTime(
        in RawRecord record, ReadOnlySpan<byte> text, in MemberBlock metadata, bool isLoad, ChangeFacts facts)
    {
        // Whatever a load says of a commit, it is not that of the row.
        var isCommit = !isLoad && !metadata.Content(MetadataMember.CommitTimestamp).IsEmpty;
        var member = isCommit ? MetadataMember.CommitTimestamp : MetadataMember.Timestamp;
        var fault = CheckText(metadata, member);
        if (fault is not null)
            return fault;
        var slice = metadata.Slice(member);
        if (metadata.Content(member).IsEmpty)
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        if (!ChangeTime.TrySet(slice.ContentOf(text), facts))
            return Invalid(metadata, member, "is no time of ISO 8601 with its zone");
        facts.OccurredFrom = isCommit ? OccurredFrom.Commit : OccurredFrom.Capture;
        return ChangeTime.Check(facts, slice.Start);
    }

    private static Rejection Invalid(in MemberBlock metadata, int member, string what) => new(
        RejectionCode.InvalidMember, $"The member {MetadataMember.NameOf(member)} of metadata {what}.", metadata.Slice(member).Start);
}
