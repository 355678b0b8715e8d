using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Supabase's database webhooks.</summary>
/// <remarks>
/// <code>
/// {"type":"INSERT"|"UPDATE"|"DELETE","table":…,"schema":…,"record":…,"old_record":…}
/// </code>
/// </remarks>
internal sealed class SupabaseForm
{
    private static readonly byte[] Kind = "supabase"u8.ToArray();

    private readonly MemberMap map = new("type", "record", "old_record", "table", "schema");

    /// <summary>Finds what a payload has; false when it is of another form.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, JsonTape tape, ref Payload payload)
    {
        var members = new MemberBlock(text, tape.Outer, map);
        if (members.Slice(0).Token != JsonToken.String || !members.Has(1) || !members.Has(2) || members.HasDuplicates)
            return false;
        payload.Kind = Kind;
        payload.Operation = members.Slice(0);
        payload.New = members.Slice(1);
        payload.Old = members.Slice(2);
        payload.Table = members.Slice(3);
        payload.Schema = members.Slice(4);
        return true;
    }
}
