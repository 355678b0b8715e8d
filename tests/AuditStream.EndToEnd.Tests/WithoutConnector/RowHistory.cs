using System.Globalization;
using System.Text;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>A made-up history of two tables whose sources send no old values: one by Debezium under <c>REPLICA IDENTITY DEFAULT</c>, one by AWS DMS.
/// It knows what each event must say.</summary>
internal sealed class RowHistory
{
    private const long FirstCommitMilliseconds = 1_767_225_600_000;
    private const int Rows = 60;

    private readonly Random _random;
    private readonly Dictionary<int, (string Name, string Note)> _people = [];
    private readonly Dictionary<int, int> _stock = [];
    private int _transaction;
    private int _nextId = Rows;

    internal RowHistory(int seed, int changes)
    {
        _random = new Random(seed);
        for (var id = 0; id < Rows; id++)
            Stock("load", id, quantity: id);
        for (var change = 0; change < changes; change++)
        {
            if (_random.Next(3) == 0)
                ChangeStock();
            else
                ChangePeople();
        }
    }

    /// <summary>The records in the order of the sources: whether of Debezium, key, value (null: a tombstone), headers.</summary>
    internal List<(bool IsDebezium, byte[] Key, byte[]? Value, (string, byte[])[] Headers)> Records { get; } = [];

    /// <summary>Row before and row after by transaction, operation and key.</summary>
    internal Dictionary<string, (string? Before, string? After)> Events { get; } = [];

    private void ChangePeople()
    {
        var id = _random.Next(Rows);
        if (!_people.TryGetValue(id, out var old))
        {
            People("c", id, (Text(), Text()));
            return;
        }
        switch (_random.Next(12))
        {
            case 0:
                DeletePerson(id, old);
                break;
            case 1:
                // The row moves: a delete and an insert of one transaction, each with the other's key.
                var moved = _nextId++;
                DeletePerson(id, old, ("__debezium.newkey", Key(moved)));
                _transaction--;
                People("c", moved, old, headers: ("__debezium.oldkey", Key(id)));
                break;
            case < 5:
                // The long column is not sent when it did not change.
                People("u", id, (Text(), old.Note), withholdsNote: true);
                break;
            default:
                People("u", id, (Text(), Text()));
                break;
        }
    }

    private void People(string op, int id, (string Name, string Note) row, bool withholdsNote = false, params (string, byte[])[] headers)
    {
        var before = _people.TryGetValue(id, out var old) ? Row(id, old.Name, old.Note) : null;
        _people[id] = row;
        Envelope(op, id, "null", Row(id, row.Name, withholdsNote ? "__debezium_unavailable_value" : row.Note), headers);
        Events.Add(Name(op == "c" ? "insert" : "update", id), (before, Row(id, row.Name, row.Note)));
    }

    private void DeletePerson(int id, (string Name, string Note) row, params (string, byte[])[] headers)
    {
        _people.Remove(id);
        Envelope("d", id, string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"name\":\"\",\"note\":\"\"}}"), "null", headers);
        Events.Add(Name("delete", id), (Row(id, row.Name, row.Note), null));
        Records.Add((true, Key(id), null, []));
    }

    private void ChangeStock()
    {
        var id = _random.Next(Rows);
        if (!_stock.ContainsKey(id))
            Stock("insert", id, _random.Next(1000));
        else if (_random.Next(8) == 0)
            Stock("delete", id, quantity: null);
        else
            Stock("update", id, _random.Next(1000));
    }

    private void Stock(string operation, int id, int? quantity)
    {
        _transaction++;
        var before = _stock.TryGetValue(id, out var old) ? StockRow(id, old) : null;
        var after = quantity is { } known ? StockRow(id, known) : null;
        if (quantity is { } now)
            _stock[id] = now;
        else
            _stock.Remove(id);
        var data = after ?? string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id}}}");
        Records.Add((false, Encoding.UTF8.GetBytes($"public.stock.{id}"), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"data\":{data},\"metadata\":{{\"timestamp\":\"2026-01-01T01:00:00.000001Z\",\"record-type\":\"data\",\"operation\":\"{operation}\",\"schema-name\":\"public\",\"table-name\":\"stock\",\"transaction-id\":{_transaction},\"transaction-record-id\":1,\"commit-timestamp\":\"2026-01-01T00:00:00.000000Z\"}}}}")), []));
        var name = operation == "load" ? string.Create(CultureInfo.InvariantCulture, $"load {id}") : Name(operation, id);
        Events.Add(name, (operation == "load" ? null : before, after));
    }

    private void Envelope(string op, int id, string before, string after, (string, byte[])[] headers)
    {
        _transaction++;
        Records.Add((true, Key(id), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"before\":{before},\"after\":{after},\"source\":{{\"version\":\"3.5.0.Final\",\"connector\":\"postgresql\",\"name\":\"people\",\"ts_ms\":{FirstCommitMilliseconds + _transaction},\"snapshot\":\"false\",\"db\":\"shop\",\"schema\":\"public\",\"table\":\"people\",\"txId\":{_transaction},\"lsn\":{1000 + _transaction},\"xmin\":null}},\"transaction\":null,\"op\":\"{op}\",\"ts_ms\":{FirstCommitMilliseconds + _transaction}}}")), headers));
    }

    private string Name(string operation, int id) => string.Create(CultureInfo.InvariantCulture, $"{_transaction} {operation} {id}");

    private string Text() => string.Create(CultureInfo.InvariantCulture, $"text {_random.Next(5)}");

    private static string Row(int id, string name, string note) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"name\":\"{name}\",\"note\":\"{note}\"}}");

    private static string StockRow(int id, int quantity) => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"quantity\":{quantity}}}");

    private static byte[] Key(int id) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id}}}"));
}
