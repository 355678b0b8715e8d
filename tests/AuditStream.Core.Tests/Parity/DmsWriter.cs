using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as AWS DMS does for PostgreSQL with REPLICA IDENTITY FULL: with every detail on and before-images of all columns, or as an
/// endpoint and a task do of which nothing was set.</summary>
internal sealed class DmsWriter
{
    /// <summary>How long after the commit a message is built.</summary>
    public const long DelayMicroseconds = 9_376;

    private const string Topic = "dms";

    private readonly bool isDetailed;
    private readonly RecordSequence records = new();

    private DmsWriter(bool isDetailed) => this.isDetailed = isDetailed;

    /// <summary>With every detail.</summary>
    public static IEnumerable<RawRecord> Detailed(MadeHistory history) => new DmsWriter(isDetailed: true).Write(history);

    /// <summary>With no setting at all: no transaction details, no before-images, columns that are NULL or empty left out.</summary>
    public static IEnumerable<RawRecord> Plain(MadeHistory history) => new DmsWriter(isDetailed: false).Write(history);

    private IReadOnlyList<RawRecord> Write(MadeHistory history)
    {
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

    private JsonObject Message(MadeTransaction transaction, MadeRowChange change, int record, (long Id, int Record) previous)
    {
        var message = new JsonObject();
        if (change.Operation == MadeOperation.Update && isDetailed)
            message["before-image"] = Row(change.Before);
        message["data"] = Row(change.After ?? change.Before);
        var metadata = Metadata(change.Operation.ToString().ToLowerInvariant(), change.Table, transaction.CommitMicroseconds + DelayMicroseconds);
        metadata["partition-key-type"] = "schema-table";
        metadata["transaction-id"] = transaction.Id;
        message["metadata"] = metadata;
        if (!isDetailed)
            return message;
        metadata["commit-timestamp"] = TruthEvents.Moment(transaction.CommitMicroseconds);
        if (previous.Id > 0)
        {
            metadata["prev-transaction-id"] = previous.Id;
            metadata["prev-transaction-record-id"] = previous.Record;
        }

        metadata["stream-position"] = string.Create(CultureInfo.InvariantCulture, $"00000002/{transaction.Id:X8}.3.00000002/{transaction.Id:X8}");
        metadata["transaction-record-id"] = record;
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

    private JsonObject Row(string?[]? row) => new(
        ModelTable.Columns.Select((column, place) => (Column: column, Text: row.ShouldNotBeNull()[place]))
            .Where(entry => isDetailed || !string.IsNullOrEmpty(entry.Text))
            .Select(entry => KeyValuePair.Create(entry.Column.Name, Value(entry.Column.Kind, entry.Text))));

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
