using System.Globalization;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Demo.Messages;

/// <summary>The messages that AWS DMS would have sent of the tables and transactions in captured messages of Debezium's connectors.</summary>
/// <remarks>
/// <para>Written here, in the form that AWS documents (<c>json-unformatted</c>), and not captured: no DMS task ran. One task per source with its
/// own topic; transaction details, control details, columns that are NULL or empty, and a before-image under <c>before-image</c> with all
/// columns that the source logs.</para>
/// <para>DMS has no word for truncates, logical messages, heartbeats and ends of transactions, so they are missing. The two halves of a change of
/// key are one update. A value that the source did not log, because it did not change, is the one that the row had, as DMS would look it
/// up.</para>
/// <para>Not thread-safe. Messages must be given in the order in which they were captured; those of one transaction together.</para>
/// </remarks>
public sealed class DmsMessages
{
    /// <summary>What the topics' names begin with; the source's name follows.</summary>
    public const string TopicPrefix = "dms.";

    private const int Partitions = 3; // as the captured topics have
    private const int MaxRows = 100_000;

    private readonly Core.Decode.Decoder decoder;
    private readonly Dictionary<string, IReadOnlyList<string>> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string TransactionId, int RecordId)> previous = new(StringComparer.Ordinal);

    /// <summary>Makes a writer.</summary>
    /// <param name="fullTables">The tables whose whole old row is in the source's log, as <c>schema.table</c>.</param>
    public DmsMessages(IEnumerable<string> fullTables) => decoder = new Core.Decode.Decoder(new DecodeSettings
    {
        Sources =
        [
            new SourceSettings
            {
                Tables = fullTables.ToDictionary(
                    table => table, _ => new TableSettings { ReplicaIdentity = ReplicaIdentity.Full }, StringComparer.Ordinal),
            },
        ],
    });

    /// <summary>The key columns of every table that was written, by <c>schema.table</c>: configuration must name them, because DMS's records do
    /// not.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Keys => keys;

    /// <summary>Writes the messages.</summary>
    /// <exception cref="InvalidDataException">A captured message is none.</exception>
    public IReadOnlyList<CapturedMessage> Write(IEnumerable<CapturedMessage> captured)
    {
        // Captured partition by partition; DMS sends what its source committed in the order of the log.
        var changes = captured.SelectMany(Read).OrderBy(row => row.Operation != ChangeOperation.Snapshot).ThenBy(row => row.Position).ToList();
        var messages = new List<CapturedMessage>();
        foreach (var row in changes)
        {
            var table = $"{row.Table.Schema}.{row.Table.Table}";
            if (keys.TryAdd(table, row.KeyColumns) && row.Operation == ChangeOperation.Snapshot)
                messages.AddRange(Instructions(row, table));
            if (!row.MovesAway)
                messages.Add(Message(row, table, OldRow(row, changes)));
        }
        return messages;
    }

    private IEnumerable<DmsRow> Read(CapturedMessage message)
    {
        var result = decoder.Decode(new RawRecord
        {
            Topic = message.Topic,
            Partition = message.Partition,
            Offset = 0,
            TimestampMilliseconds = message.TimestampMilliseconds,
            Key = message.Key,
            Value = message.Value is null ? null : (ReadOnlyMemory<byte>?)message.Value,
            Headers = [.. message.Headers.Select(header => new RecordHeader(header.Key, header.Value))],
        });
        if (result.Rejection is { } rejection)
            throw new InvalidDataException($"A captured message on {message.Topic} cannot be read: {rejection.Message}");
        return result.Changes.Where(change => change.Facts.Operation < ChangeOperation.Truncate || change.Facts.Operation == ChangeOperation.Snapshot)
            .Select(RowOf).ToList(); // a change lives until the next message is read
    }

    private static DmsRow RowOf(RowChange change)
    {
        var facts = change.Facts;
        return new DmsRow
        {
            Table = facts.Table,
            Operation = facts.Operation,
            Position = long.Parse(facts.Position.Span, CultureInfo.InvariantCulture),
            TransactionId = Encoding.UTF8.GetString(facts.TransactionId.Span),
            OccurredAtMicroseconds = facts.OccurredAtMicroseconds,
            TimestampMilliseconds = facts.TimestampMilliseconds,
            KeyColumns = change.Key.Layout.Names,
            Before = Columns(change, change.Before),
            After = Columns(change, change.After),
            MovesAway = change.NextKey.IsPresent,
            MovesHere = change.PreviousKey.IsPresent,
            Withheld = [.. change.After.Layout.Names.Where((_, column) => change.After.Values[column].Kind == ValueKind.Unavailable)],
        };
    }

    private static Dictionary<string, string> Columns(RowChange change, RowImage image)
    {
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var column = 0; image.IsPresent && column < image.Layout.Count; column++)
        {
            if (image.Values[column].Kind is not (ValueKind.Known or ValueKind.Null))
                continue;
            var name = image.Layout.Names[column];
            var type = DmsValues.TypeOf(change.Facts.Table, name, image.Layout.Types[column]);
            columns.Add(name, DmsValues.Write(Encoding.UTF8.GetString(change.TextOf(image.Values[column])), type));
        }
        return columns;
    }

    // The halves of a change of key share their place in the log.
    private static IReadOnlyDictionary<string, string> OldRow(DmsRow row, List<DmsRow> changes) =>
        row.MovesHere
            ? changes.First(half => half.MovesAway && half.Position == row.Position && half.Table == row.Table).Before
            : row.Before;

    // A load begins with these for every table; nothing was dropped or created in the source.
    private static IEnumerable<CapturedMessage> Instructions(DmsRow row, string table)
    {
        var names = string.Join(',', row.KeyColumns.Select(DmsValues.Quote));
        foreach (var (operation, control) in new[] { ("drop-table", "{}"), ("create-table", $"{{\"table-def\":{{\"primary-key\":[{names}]}}}}") })
        {
            var metadata = $"{{{Metadata(row, "control", operation, "task-id")}}}";
            yield return Make(row, $"{row.Table.Source}-task.{table}", $"{{\"control\":{control},\"metadata\":{metadata}}}");
        }
    }

    private CapturedMessage Message(DmsRow row, string table, IReadOnlyDictionary<string, string> old)
    {
        var isLoad = row.Operation == ChangeOperation.Snapshot;
        var isUpdate = row.Operation == ChangeOperation.Update || row.MovesHere;
        var known = rows.GetValueOrDefault(IdOf(table, row, old.Count > 0 ? old : row.After));
        var data = row.Operation == ChangeOperation.Delete ? Deleted(old, known) : Complete(row, known);
        Remember(IdOf(table, row, data), row.Operation == ChangeOperation.Delete ? null : data);
        var operation = isLoad ? "load" : isUpdate ? "update" : row.Operation == ChangeOperation.Insert ? "insert" : "delete";
        var value = $"{{\"data\":{Object(data)}{(isUpdate ? $",\"before-image\":{Object(old)}" : "")},\"metadata\":{{"
            + $"{Metadata(row, "data", operation, isLoad ? "primary-key" : "schema-table")}{(isLoad ? "" : Details(row))}}}}}";
        // Changes of a table share a key and so a partition; rows of a load are spread by their key.
        return Make(row, isLoad ? IdOf(table, row, data) : table, value);
    }

    private void Remember(string id, IReadOnlyDictionary<string, string>? data)
    {
        if (rows.Count == MaxRows)
            rows.Clear(); // a value that cannot be looked up is null, as with DMS
        if (data is null)
            rows.Remove(id);
        else
            rows[id] = data;
    }

    private static Dictionary<string, string> Complete(DmsRow row, IReadOnlyDictionary<string, string>? known)
    {
        var data = new Dictionary<string, string>(row.After, StringComparer.Ordinal);
        foreach (var column in row.Withheld)
            data[column] = known?.GetValueOrDefault(column) ?? "null";
        return data;
    }

    // Where the log has only the key, the endpoint writes nulls for the rest.
    private static Dictionary<string, string> Deleted(IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string>? known)
    {
        var data = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var column in known?.Keys ?? [])
            data.TryAdd(column, "null");
        return data;
    }

    private static string IdOf(string table, DmsRow row, IReadOnlyDictionary<string, string> columns) =>
        $"{table}.{string.Join('.', row.KeyColumns.Select(column => columns.GetValueOrDefault(column, "").Trim('"')))}";

    private static string Object(IReadOnlyDictionary<string, string> columns) =>
        $"{{{string.Join(',', columns.Select(column => $"{DmsValues.Quote(column.Key)}:{column.Value}"))}}}";

    private static string Metadata(DmsRow row, string type, string operation, string partitionKey) =>
        $"\"timestamp\":\"{DmsValues.Precise(1_000 * row.TimestampMilliseconds)}\",\"record-type\":\"{type}\",\"operation\":\"{operation}\","
        + $"\"partition-key-type\":\"{partitionKey}\",\"schema-name\":{DmsValues.Quote(row.Table.Schema ?? "")},"
        + $"\"table-name\":{DmsValues.Quote(row.Table.Table ?? "")}";

    private string Details(DmsRow row)
    {
        var (transaction, record) = previous.GetValueOrDefault(row.Table.Source);
        var number = transaction == row.TransactionId ? record + 1 : 1;
        previous[row.Table.Source] = (row.TransactionId, number);
        var place = string.Create(CultureInfo.InvariantCulture, $"{row.Position >> 32:X8}/{row.Position & uint.MaxValue:X8}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $",\"transaction-id\":{row.TransactionId},\"transaction-record-id\":{number},"
            + $"\"commit-timestamp\":\"{DmsValues.Precise(row.OccurredAtMicroseconds)}\",\"stream-position\":\"{place}.{number}.{place}\"")
            + (transaction is null
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $",\"prev-transaction-id\":{transaction},\"prev-transaction-record-id\":{record}"));
    }

    private static CapturedMessage Make(DmsRow row, string key, string value) => new(
        TopicPrefix + row.Table.Source, Partition(key), row.TimestampMilliseconds, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), []);

    // Any hash does that is the same in every run.
    private static int Partition(string key) => (int)(key.Aggregate(17u, (hash, character) => (31 * hash) + character) % Partitions);
}
