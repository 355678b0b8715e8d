using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as AWS DMS does for PostgreSQL, with every detail on, before-images of all columns, REPLICA IDENTITY FULL.</summary>
internal static class DmsWriter
{
    private const string Topic = "dms";

    /// <summary>Writes it.</summary>
    public static IEnumerable<RawRecord> Write(MadeHistory history)
    {
        var records = new RecordSequence();
        foreach (var row in history.Loaded)
        {
            var metadata = Metadata("load", row.Table, history.LoadMicroseconds);
            metadata["partition-key-type"] = "primary-key";
            records.Add(
                Topic, Encoding.UTF8.GetBytes($"{ModelTable.Schema}.{row.Table}.1"),
                RecordSequence.Bytes(new JsonObject { ["data"] = Row(row.After), ["metadata"] = metadata }));
        }

        var previous = (Id: 0L, Record: 0);
        foreach (var transaction in history.Transactions)
        {
            var record = 0;
            // Nothing is sent of a truncate.
            foreach (var change in transaction.Changes.Where(change => change.Operation != MadeOperation.Truncate))
            {
                records.Add(
                    Topic, Encoding.UTF8.GetBytes($"{ModelTable.Schema}.{change.Table}"),
                    RecordSequence.Bytes(Message(transaction, change, ++record, previous)));
                previous = (transaction.Id, record);
            }
        }

        return records.Records;
    }

    private static JsonObject Message(MadeTransaction transaction, MadeRowChange change, int record, (long Id, int Record) previous)
    {
        var message = new JsonObject();
        if (change.Operation == MadeOperation.Update)
            message["before-image"] = Row(change.Before);
        message["data"] = Row(change.After ?? change.Before);
        var metadata = Metadata(change.Operation.ToString().ToLowerInvariant(), change.Table, transaction.CommitMicroseconds + 9_376);
        metadata["commit-timestamp"] = TruthEvents.Moment(transaction.CommitMicroseconds);
        metadata["partition-key-type"] = "schema-table";
        if (previous.Id > 0)
        {
            metadata["prev-transaction-id"] = previous.Id;
            metadata["prev-transaction-record-id"] = previous.Record;
        }

        metadata["stream-position"] = string.Create(CultureInfo.InvariantCulture, $"00000002/{transaction.Id:X8}.3.00000002/{transaction.Id:X8}");
        metadata["transaction-id"] = transaction.Id;
        metadata["transaction-record-id"] = record;
        message["metadata"] = metadata;
        return message;
    }

    private static JsonObject Metadata(string operation, string table, long builtMicroseconds) => new()
    {
        ["operation"] = operation,
        ["record-type"] = "data",
        ["schema-name"] = ModelTable.Schema,
        ["table-name"] = table,
        ["timestamp"] = TruthEvents.Moment(builtMicroseconds),
    };

    private static JsonObject Row(string?[]? row) => new(
        ModelTable.Columns.Select((column, place) => KeyValuePair.Create(column.Name, Value(column.Kind, row.ShouldNotBeNull()[place]))));

    private static JsonNode? Value(ColumnKind kind, string? value) => (kind, value) switch
    {
        (_, null) => null,
        (ColumnKind.Int32 or ColumnKind.Int64 or ColumnKind.Unsigned64 or ColumnKind.Double, _) => JsonNode.Parse(value),
        (ColumnKind.Decimal, _) => JsonNode.Parse(value.TrimEnd('0').TrimEnd('.')),
        (ColumnKind.Boolean, _) => JsonValue.Create(value[..1]),
        (ColumnKind.Timestamp, _) => JsonValue.Create(value + "Z"),
        (ColumnKind.Bytes, _) => JsonValue.Create("0x" + value.ToUpperInvariant()),
        _ => JsonValue.Create(value),
    };
}
