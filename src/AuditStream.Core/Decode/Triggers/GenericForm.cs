using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>What hand-written triggers send: an operation, and the rows as <c>to_jsonb(OLD)</c> and <c>to_jsonb(NEW)</c>.</summary>
/// <remarks>
/// <code>
/// operation in                   rows
/// operation, action, type, op    "data":{"old":…,"new":…}
/// operation, action, type, op    "old":…,"new":…
/// action, with a table           "data":{…}: the new row, of a delete the old one
///
/// table in                       schema in
/// table, table_name              schema, schema_name
/// </code>
/// <para>An object that has <c>database</c> and <c>ts</c> beside these is a record of Maxwell.</para>
/// </remarks>
internal sealed class GenericForm
{
    private const int Operation = 0;
    private const int Action = 1;
    private const int Type = 2;
    private const int Op = 3;
    private const int Data = 4;
    private const int Old = 5;
    private const int New = 6;
    private const int Table = 7;
    private const int TableName = 8;
    private const int Schema = 9;
    private const int SchemaName = 10;
    private const int Database = 11;
    private const int Ts = 12;

    private static readonly byte[] Kind = "trigger"u8.ToArray();

    private readonly MemberMap map = new(
        "operation", "action", "type", "op", "data", "old", "new", "table", "table_name", "schema", "schema_name", "database", "ts");

    private readonly MemberMap dataMap = new("old", "new");

    /// <summary>Finds what a payload has; false when it is of another form.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, JsonTape tape, ref Payload payload)
    {
        var members = new MemberBlock(text, tape.Outer, map);
        payload.Kind = Kind;
        payload.Operation = FirstText(members, [Operation, Action, Type, Op]);
        payload.Table = FirstText(members, [Table, TableName]);
        payload.Schema = FirstText(members, [Schema, SchemaName]);
        if (payload.Operation.Token == JsonToken.None || members.HasDuplicates || (members.Has(Database) && members.Has(Ts)))
            return false;
        if (!members.Has(Data))
        {
            payload.Old = members.Slice(Old);
            payload.New = members.Slice(New);
            return (members.Has(Old) || members.Has(New)) && AreRows(payload);
        }

        var data = members.Slice(Data);
        if (data.Token != JsonToken.Object)
            return false;
        var children = tape.ChildrenOf(members.Entry(Data));
        var rows = new MemberBlock(text, children, dataMap);
        payload.Old = rows.Slice(0);
        payload.New = rows.Slice(1);
        var isPair = children.Length > 0 && children.Length == (rows.Has(0) ? 1 : 0) + (rows.Has(1) ? 1 : 0);
        if (isPair && AreRows(payload))
            return true;
        if (members.Slice(Action).Token != JsonToken.String || payload.Table.Token == JsonToken.None)
            return false;
        var isDelete = TriggerOperation.Is(payload.Operation.ContentOf(text), "delete"u8);
        payload.Old = isDelete ? data : default;
        payload.New = isDelete ? default : data;
        return TriggerOperation.TryRead(payload.Operation.ContentOf(text), out _);
    }

    private static JsonSlice FirstText(in MemberBlock members, ReadOnlySpan<int> places)
    {
        foreach (var place in places)
        {
            if (members.Slice(place).Token == JsonToken.String)
                return members.Slice(place);
        }

        return default;
    }

    private static bool AreRows(in Payload payload) =>
        payload.Old.Token is JsonToken.None or JsonToken.Null or JsonToken.Object
        && payload.New.Token is JsonToken.None or JsonToken.Null or JsonToken.Object;
}
