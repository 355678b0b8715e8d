using System.Globalization;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Avro;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Writes a history as Debezium's connector for PostgreSQL does, transaction metadata on, truncates published; all tables with REPLICA IDENTITY
/// FULL, or all with DEFAULT.</summary>
internal sealed class DebeziumWriter
{
    private const long ConnectorDelayMicroseconds = 250_000;

    private static readonly Dictionary<string, int> SchemaIds = new(StringComparer.Ordinal)
    {
        ["orders/key"] = 1, ["orders/value"] = 2, ["returns/key"] = 3, ["returns/value"] = 4, ["transaction/key"] = 5, ["transaction/value"] = 6,
    };

    private static readonly ConnectType HeaderKey = new("struct", "p.Key") { Fields = DebeziumTypes.Key(ModelTable.Names[0]).Fields };

    private readonly Func<string, ConnectType, object?, byte[]> convert;
    private readonly bool wrapsHeaders;
    private readonly bool logsKeysOnly;
    private readonly RecordSequence records = new();
    private long lastPosition;

    private DebeziumWriter(Func<string, ConnectType, object?, byte[]> convert, bool wrapsHeaders = false, bool logsKeysOnly = false)
    {
        this.convert = convert;
        this.wrapsHeaders = wrapsHeaders;
        this.logsKeysOnly = logsKeysOnly;
    }

    /// <summary>JSON without schemas.</summary>
    public static IEnumerable<RawRecord> Json(MadeHistory history) =>
        new DebeziumWriter((_, type, value) => RecordSequence.Bytes(ConnectJson.Payload(type, value).ShouldNotBeNull())).Write(history);

    /// <summary>JSON with schemas, in headers too.</summary>
    public static IEnumerable<RawRecord> JsonWithSchema(MadeHistory history) =>
        new DebeziumWriter((_, type, value) => ConnectJson.WithSchema(type, value), wrapsHeaders: true).Write(history);

    /// <summary>The same, of tables with REPLICA IDENTITY DEFAULT.</summary>
    public static IEnumerable<RawRecord> KeysOnly(MadeHistory history) =>
        new DebeziumWriter((_, type, value) => ConnectJson.WithSchema(type, value), wrapsHeaders: true, logsKeysOnly: true)
            .Write(history);

    /// <summary>Avro.</summary>
    public static IEnumerable<RawRecord> Avro(MadeHistory history) =>
        new DebeziumWriter((subject, type, value) => ConnectAvro.Datum(SchemaIds[subject], type, value)).Write(history);

    /// <summary>The schemas of the Avro records.</summary>
    public static ISchemaSource Schemas()
    {
        var schemas = new MadeSchemas()
            .With(SchemaIds["transaction/key"], ConnectAvro.Schema(DebeziumTypes.TransactionKey))
            .With(SchemaIds["transaction/value"], ConnectAvro.Schema(DebeziumTypes.TransactionValue));
        foreach (var table in ModelTable.Names)
        {
            schemas.With(SchemaIds[$"{table}/key"], ConnectAvro.Schema(DebeziumTypes.Key(table)))
                .With(SchemaIds[$"{table}/value"], ConnectAvro.Schema(DebeziumTypes.Envelope(table)));
        }

        return schemas;
    }

    private IReadOnlyList<RawRecord> Write(MadeHistory history)
    {
        for (var row = 0; row < history.Loaded.Count; row++)
        {
            var snapshot = row == history.Loaded.Count - 1 ? "last" : row == 0 ? "first" : "true";
            var change = history.Loaded[row];
            var source = DebeziumTypes.SourceOf(change.Table, history.LoadMicroseconds, snapshot, transaction: 400, position: 1000);
            Add(change.Table, change.After, [null, DebeziumTypes.Row(change.After), source, null, "r"], history.LoadMicroseconds);
        }

        foreach (var transaction in history.Transactions)
            Write(transaction);
        return records.Records;
    }

    private void Write(MadeTransaction transaction)
    {
        lastPosition = transaction.LogPosition;
        Mark(transaction, "BEGIN", counts: null);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var total = 0L;
        foreach (var change in transaction.Changes)
        {
            if (change.MovesKey)
            {
                var (from, to) = (change.Before.ShouldNotBeNull(), change.After.ShouldNotBeNull());
                // Both halves are of one entry in the log.
                Stream(transaction, change with { After = null, Operation = MadeOperation.Delete }, "d", from, Count(), KeyHeader("__debezium.newkey", to));
                lastPosition--;
                Stream(transaction, change with { Before = null, Operation = MadeOperation.Insert }, "c", to, Count(), KeyHeader("__debezium.oldkey", from));
                continue;
            }

            var letter = change.Operation switch { MadeOperation.Insert => "c", MadeOperation.Update => "u", MadeOperation.Delete => "d", _ => "t" };
            Stream(transaction, change, letter, change.After ?? change.Before, Count());

            object?[] Count() => Order(counts, change.Table, ref total);
        }

        Mark(transaction, "END", counts);

        object?[] Order(SortedDictionary<string, long> ofTable, string table, ref long ofAll)
        {
            ofTable[table] = ofTable.GetValueOrDefault(table) + 1;
            return [$"{transaction.Id}:{lastPosition + 1}", ++ofAll, ofTable[table]];
        }
    }

    private void Stream(
        MadeTransaction transaction, MadeRowChange change, string letter, string?[]? keyOf, object?[] order, params RecordHeader[] headers)
    {
        var source = DebeziumTypes.SourceOf(change.Table, transaction.CommitMicroseconds, "false", transaction.Id, ++lastPosition);
        var before = !logsKeysOnly ? DebeziumTypes.Row(change.Before) : letter == "d" ? DebeziumTypes.KeyAndFillers(change.Before.ShouldNotBeNull()) : null;
        Add(change.Table, keyOf, [before, DebeziumTypes.Row(change.After), source, order, letter], transaction.CommitMicroseconds, headers);
    }

    private void Add(string table, string?[]? keyOf, object?[] envelope, long microseconds, params RecordHeader[] headers)
    {
        var built = microseconds + ConnectorDelayMicroseconds;
        var topic = $"p.{ModelTable.Schema}.{table}";
        var key = keyOf is null ? null : convert($"{table}/key", DebeziumTypes.Key(table), DebeziumTypes.KeyOf(keyOf));
        records.Add(
            topic, key, convert($"{table}/value", DebeziumTypes.Envelope(table), (object?[])[.. envelope, built / 1000, built, built * 1000]), headers);
        if (envelope[4] is "d")
            records.Add(topic, key, value: null, headers);
    }

    private void Mark(MadeTransaction transaction, string status, SortedDictionary<string, long>? counts)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{transaction.Id}:{(counts is null ? lastPosition : lastPosition + 10)}");
        var collections = counts?.Select(entry => (object?)new object?[] { $"{ModelTable.Schema}.{entry.Key}", entry.Value }).ToArray();
        records.Add(
            "p.transaction",
            convert("transaction/key", DebeziumTypes.TransactionKey, new object?[] { id }),
            convert(
                "transaction/value", DebeziumTypes.TransactionValue,
                new object?[] { status, id, counts?.Values.Sum(), collections, transaction.CommitMicroseconds / 1000 }));
    }

    /// <summary>The header that links the halves of a change of key: a struct, as Connect's JSON converter writes headers.</summary>
    private RecordHeader KeyHeader(string name, string?[] row)
    {
        var value = DebeziumTypes.KeyOf(row);
        return new RecordHeader(
            name, wrapsHeaders ? ConnectJson.WithSchema(HeaderKey, value) : RecordSequence.Bytes(ConnectJson.Payload(HeaderKey, value).ShouldNotBeNull()));
    }
}
