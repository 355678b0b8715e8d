using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Hasura's event triggers.</summary>
/// <remarks>
/// <code>
/// {"id":…,"created_at":…,"table":{"schema":…,"name":…},
///  "event":{"op":"INSERT"|"UPDATE"|"DELETE"|"MANUAL","data":{"old":…,"new":…},"session_variables":{…}}}
/// </code>
/// <para><c>id</c> is the same in every attempt to deliver. <c>created_at</c> is when the trigger ran. The session's variables say who, as
/// the server's configuration names it: they are passed on whole. MANUAL is a call by hand with a row that did not change.</para>
/// </remarks>
internal sealed class HasuraForm
{
    private static readonly byte[] Kind = "hasura"u8.ToArray();

    private readonly MemberMap topMap = new("event", "table", "created_at", "id");
    private readonly MemberMap eventMap = new("op", "data", "session_variables");
    private readonly MemberMap dataMap = new("old", "new");
    private readonly MemberMap tableMap = new("schema", "name");
    private readonly JsonTape data = new();

    /// <summary>Finds what a payload has; false when it is of another form.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, JsonTape tape, ref Payload payload)
    {
        var members = new MemberBlock(text, tape.Outer, topMap);
        if (members.Slice(0).Token != JsonToken.Object)
            return false;
        var inner = new MemberBlock(text, tape.ChildrenOf(members.Entry(0)), eventMap);
        if (inner.Slice(0).Token != JsonToken.String || inner.Slice(1).Token != JsonToken.Object)
            return false;
        var at = inner.Slice(1).Start;
        if (data.Read(text, ref at) != JsonFault.None)
            return false;
        var rows = new MemberBlock(text, data.Outer, dataMap);
        var table = new MemberBlock(
            text, members.Slice(1).Token == JsonToken.Object ? tape.ChildrenOf(members.Entry(1)) : default, tableMap);
        payload.Kind = Kind;
        payload.Operation = inner.Slice(0);
        payload.Old = rows.Slice(0);
        payload.New = rows.Slice(1);
        payload.Actor = inner.Slice(2);
        payload.Schema = table.Slice(0);
        payload.Table = table.Slice(1);
        payload.Time = members.Slice(2);
        payload.Id = members.Slice(3);
        return !members.HasDuplicates && !inner.HasDuplicates && !rows.HasDuplicates && !table.HasDuplicates;
    }
}
