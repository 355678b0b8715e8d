using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Sequin's change messages.</summary>
/// <remarks>
/// <code>
/// {"action":"insert"|"update"|"delete"|"read","record":…,"changes":…,
///  "metadata":{"table_schema":…,"table_name":…,"commit_timestamp":…,"commit_lsn":…,"commit_idx":…,"idempotency_key":…}}
/// </code>
/// <para>The record is the row after the change, of a delete the one before. <c>changes</c> has the old values of those columns of an update that
/// changed, as far as the table's log has them.</para>
/// </remarks>
internal sealed class SequinForm
{
    private static readonly byte[] Kind = "sequin"u8.ToArray();

    private readonly MemberMap topMap = new("action", "record", "changes", "metadata");
    private readonly MemberMap metadataMap = new("table_schema", "table_name", "commit_timestamp", "commit_lsn", "commit_idx", "idempotency_key");

    /// <summary>Finds what a payload has; false when it is of another form.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, JsonTape tape, ref Payload payload)
    {
        var members = new MemberBlock(text, tape.Outer, topMap);
        if (members.Slice(0).Token != JsonToken.String || !members.Has(1) || members.Slice(3).Token != JsonToken.Object)
            return false;
        var metadata = new MemberBlock(text, tape.ChildrenOf(members.Entry(3)), metadataMap);
        if (!metadata.Has(1) || members.HasDuplicates || metadata.HasDuplicates)
            return false;
        var isDelete = TriggerOperation.Is(members.Content(0), "delete"u8);
        payload.Kind = Kind;
        payload.Operation = members.Slice(0);
        payload.Old = isDelete ? members.Slice(1) : default;
        payload.New = isDelete ? default : members.Slice(1);
        payload.Changes = members.Slice(2);
        payload.Schema = metadata.Slice(0);
        payload.Table = metadata.Slice(1);
        payload.Time = metadata.Slice(2);
        payload.IsLogged = true;
        payload.Position = metadata.Slice(3);
        payload.Index = metadata.Slice(4);
        payload.Id = metadata.Slice(5);
        return true;
    }
}
