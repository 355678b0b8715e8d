using System.Globalization;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as Maxwell does for MySQL, with positions and key columns in its output. The server logs no update that changes nothing, and
/// a truncate as a statement only.</summary>
internal static class MaxwellWriter
{
    private const string Topic = "maxwell";

    /// <summary>Writes it.</summary>
    public static IEnumerable<RawRecord> Write(MadeHistory history)
    {
        var records = new RecordSequence();
        foreach (var table in ModelTable.Names)
        {
            var rows = history.Loaded.Where(row => row.Table == table).ToList();
            if (rows.Count == 0)
                continue;
            var start = history.LoadMicroseconds / 1_000_000;
            records.Add(Topic, key: null, RecordSequence.Bytes(Head(table, "bootstrap-start", start, new JsonObject())));
            foreach (var row in rows)
                records.Add(Topic, key: null, RecordSequence.Bytes(Head(table, "bootstrap-insert", start, Row(row.After))));
            records.Add(Topic, key: null, RecordSequence.Bytes(Head(table, "bootstrap-complete", start, new JsonObject())));
        }

        foreach (var transaction in history.Transactions)
        {
            var changes = transaction.Changes.Where(change => change.Operation != MadeOperation.Truncate && !change.ChangesNothing).ToList();
            for (var index = 0; index < changes.Count; index++)
                records.Add(Topic, key: null, RecordSequence.Bytes(Message(transaction, changes[index], index, index == changes.Count - 1)));
        }

        return records.Records;
    }

    private static JsonObject Message(MadeTransaction transaction, MadeRowChange change, int index, bool isLast)
    {
        var message = Head(change.Table, change.Operation.ToString().ToLowerInvariant(), transaction.CommitMicroseconds / 1_000_000, data: null);
        message["xid"] = transaction.Id;
        if (isLast)
            message["commit"] = true;
        else
            message["xoffset"] = index;
        message["position"] = string.Create(CultureInfo.InvariantCulture, $"master.000006:{transaction.LogPosition + index}");
        message["server_id"] = 23042;
        message["primary_key_columns"] = new JsonArray([.. ModelTable.Key.Select(name => JsonValue.Create(name))]);
        message["data"] = Row(change.After ?? change.Before);
        if (change.Operation == MadeOperation.Update)
            message["old"] = Old(change.Before.ShouldNotBeNull(), change.After.ShouldNotBeNull());
        return message;
    }

    private static JsonObject Head(string table, string type, long seconds, JsonObject? data)
    {
        var head = new JsonObject { ["database"] = ModelTable.Schema, ["table"] = table, ["type"] = type, ["ts"] = seconds };
        if (data is not null)
        {
            head["data"] = data;
            head["primary_key_columns"] = new JsonArray([.. ModelTable.Key.Select(name => JsonValue.Create(name))]);
        }

        return head;
    }

    private static JsonObject Row(string?[]? row) => new(
        ModelTable.Columns.Select((column, place) => KeyValuePair.Create(column.Name, Value(column.Kind, row.ShouldNotBeNull()[place]))));

    /// <summary>The old values of the columns that changed.</summary>
    private static JsonObject Old(string?[] before, string?[] after) => new(
        ModelTable.Columns.Select((column, place) => (column, place)).Where(entry => before[entry.place] != after[entry.place])
            .Select(entry => KeyValuePair.Create(entry.column.Name, Value(entry.column.Kind, before[entry.place]))));

    private static JsonNode? Value(ColumnKind kind, string? value) => (kind, value) switch
    {
        (_, null) => null,
        (ColumnKind.Int32 or ColumnKind.Int64 or ColumnKind.Unsigned64 or ColumnKind.Decimal or ColumnKind.Double or ColumnKind.Json, _) =>
            JsonNode.Parse(value),
        // tinyint(1)
        (ColumnKind.Boolean, _) => JsonValue.Create(value == "true" ? 1 : 0),
        (ColumnKind.Timestamp or ColumnKind.TimestampTz, _) =>
            JsonValue.Create(TruthEvents.Moment(DebeziumTypes.Microseconds(value), "yyyy-MM-dd HH:mm:ss.ffffff")),
        (ColumnKind.Time, _) => JsonValue.Create(TruthEvents.Moment(DebeziumTypes.Microseconds(value), "HH:mm:ss.ffffff")),
        (ColumnKind.Bytes, _) => JsonValue.Create(Convert.ToBase64String(Convert.FromHexString(value))),
        _ => JsonValue.Create(value),
    };
}
