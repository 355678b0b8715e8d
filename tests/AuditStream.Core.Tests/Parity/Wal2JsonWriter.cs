using System.Globalization;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as wal2json does, with numbers of transactions, times and positions. It follows the log: rows that were there before are in
/// none of its records. All tables have REPLICA IDENTITY FULL, or all have DEFAULT.</summary>
internal static class Wal2JsonWriter
{
    private const string Topic = "wal2json";

    /// <summary>Version 1: a transaction each. Truncates are left out, and so are the NULLs of old rows; numbers are bare.</summary>
    public static IEnumerable<RawRecord> Version1(MadeHistory history)
    {
        var records = new RecordSequence();
        foreach (var transaction in history.Transactions)
        {
            var changes = transaction.Changes.Where(change => change.Operation != MadeOperation.Truncate).Select(Part);
            records.Add(Topic, key: null, RecordSequence.Bytes(new JsonObject
            {
                ["xid"] = transaction.Id,
                ["nextlsn"] = Position(transaction, transaction.Changes.Count + 2),
                ["timestamp"] = Timestamp(transaction),
                ["change"] = new JsonArray([.. changes]),
            }));
        }

        return records.Records;
    }

    /// <summary>Version 2: a change each, and where transactions begin and end; <c>include-pk</c>, <c>numeric-data-types-as-string</c>.</summary>
    public static IEnumerable<RawRecord> Version2(MadeHistory history) => Version2(history, logsKeysOnly: false);

    /// <summary>The same, of tables with REPLICA IDENTITY DEFAULT: an update has its old key, or its key when that did not change.</summary>
    public static IEnumerable<RawRecord> KeysOnly(MadeHistory history) => Version2(history, logsKeysOnly: true);

    private static IReadOnlyList<RawRecord> Version2(MadeHistory history, bool logsKeysOnly)
    {
        var records = new RecordSequence();
        foreach (var transaction in history.Transactions)
        {
            var next = Position(transaction, transaction.Changes.Count + 2);
            records.Add(Topic, key: null, RecordSequence.Bytes(Head("B", transaction, place: 0, next)));
            for (var index = 0; index < transaction.Changes.Count; index++)
                records.Add(Topic, key: null, RecordSequence.Bytes(Line(transaction, transaction.Changes[index], index, logsKeysOnly)));
            records.Add(Topic, key: null, RecordSequence.Bytes(Head("C", transaction, transaction.Changes.Count + 1, next)));
        }

        return records.Records;
    }

    private static JsonObject Part(MadeRowChange change)
    {
        var part = new JsonObject
        {
            ["kind"] = change.Operation.ToString().ToLowerInvariant(), ["schema"] = ModelTable.Schema, ["table"] = change.Table,
        };
        if (change.After is not null)
            AddArrays(part, "column", change.After, withNulls: true);
        if (change.Before is not null)
        {
            var old = new JsonObject();
            AddArrays(old, "key", change.Before, withNulls: false);
            part["oldkeys"] = old;
        }

        return part;
    }

    private static void AddArrays(JsonObject into, string prefix, string?[] row, bool withNulls)
    {
        var columns = ModelTable.Columns.Select((column, place) => (Column: column, Text: row[place]))
            .Where(entry => withNulls || entry.Text is not null).ToList();
        into[prefix + "names"] = new JsonArray([.. columns.Select(entry => JsonValue.Create(entry.Column.Name))]);
        into[prefix + "types"] = new JsonArray([.. columns.Select(entry => JsonValue.Create(TypeOf(entry.Column)))]);
        into[prefix + "values"] = new JsonArray([.. columns.Select(entry => Value(entry.Column.Kind, entry.Text, numbersAsText: false))]);
    }

    private static JsonObject Line(MadeTransaction transaction, MadeRowChange change, int index, bool logsKeysOnly)
    {
        var line = Head(change.Operation.ToString()[..1], transaction, index + 1);
        line["schema"] = ModelTable.Schema;
        line["table"] = change.Table;
        if (change.After is not null)
            line["columns"] = Objects(change.After, keysOnly: false);
        if (change.Before is not null)
            line["identity"] = Objects(change.Before, logsKeysOnly);
        if (change.Operation != MadeOperation.Truncate)
        {
            line["pk"] = new JsonArray([.. ModelTable.Key.Select(name => new JsonObject
            {
                ["name"] = name, ["type"] = TypeOf(ModelTable.Columns[ModelTable.PlaceOf(name)]),
            })]);
        }

        return line;
    }

    private static JsonArray Objects(string?[] row, bool keysOnly) => new([.. ModelTable.Columns.Select((column, place) => (Column: column, Text: row[place]))
        .Where(entry => !keysOnly || ModelTable.Key.Contains(entry.Column.Name)).Select(entry => new JsonObject
        {
            ["name"] = entry.Column.Name, ["type"] = TypeOf(entry.Column), ["value"] = Value(entry.Column.Kind, entry.Text, numbersAsText: true),
        })]);

    private static JsonObject Head(string action, MadeTransaction transaction, int place, string? next = null)
    {
        var head = new JsonObject
        {
            ["action"] = action, ["xid"] = transaction.Id, ["timestamp"] = Timestamp(transaction), ["lsn"] = Position(transaction, place),
        };
        if (next is not null)
            head["nextlsn"] = next;
        return head;
    }

    private static string Timestamp(MadeTransaction transaction) =>
        TruthEvents.Moment(transaction.CommitMicroseconds, "yyyy-MM-dd HH:mm:ss.ffffff") + "+00";

    private static string Position(MadeTransaction transaction, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"0/{transaction.LogPosition + place:X}");

    private static string TypeOf(ModelColumn column) => column.Kind switch
    {
        ColumnKind.Int32 => "integer",
        ColumnKind.Int64 => "bigint",
        ColumnKind.Unsigned64 => "numeric(20,0)",
        ColumnKind.Decimal => "numeric(12,4)",
        ColumnKind.Double => "double precision",
        ColumnKind.Text when column.Name == "region" => "character varying(30)",
        ColumnKind.Timestamp => "timestamp without time zone",
        ColumnKind.TimestampTz => "timestamp with time zone",
        ColumnKind.Time => "time without time zone",
        ColumnKind.Bytes => "bytea",
        ColumnKind.Json => "jsonb",
        ColumnKind.Enum => "shop.order_state",
        _ => column.Kind.ToString().ToLowerInvariant(),
    };

    private static JsonNode? Value(ColumnKind kind, string? value, bool numbersAsText) => (kind, value) switch
    {
        (_, null) => null,
        (ColumnKind.Int32 or ColumnKind.Int64 or ColumnKind.Unsigned64 or ColumnKind.Decimal or ColumnKind.Double, _) =>
            numbersAsText ? JsonValue.Create(PostgresNumber(kind, value)) : JsonNode.Parse(PostgresNumber(kind, value)),
        (ColumnKind.Boolean, _) => JsonValue.Create(value == "true"),
        (ColumnKind.Timestamp, _) => JsonValue.Create(value.Replace('T', ' ')),
        (ColumnKind.TimestampTz, _) => JsonValue.Create(value.Replace('T', ' ').Replace("Z", "+00", StringComparison.Ordinal)),
        _ => JsonValue.Create(value),
    };

    private static string PostgresNumber(ColumnKind kind, string value) =>
        kind == ColumnKind.Double ? value.Replace('E', 'e') : value;
}
