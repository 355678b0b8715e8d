namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Random statements that are valid whatever the tables hold: rows to change are picked by their rank, new keys are counted up.</summary>
internal sealed class Statements(Random random)
{
    private const int MaxBatchRows = 12;
    private static readonly string[] MeasureTables = ["measures", "slim_measures"];
    private static readonly string[] Assets = ["GOLD", "OIL", "EUR", "WHEAT"];
    private readonly RandomValues _values = new(random);
    private int _next = 10_000;

    /// <summary>One statement; a few of them change many rows, a few none.</summary>
    internal string Any() => random.Next(20) switch
    {
        0 or 1 or 2 => Account(),
        3 => UpdateAccounts(),
        4 => $"update app.accounts set balance = balance where id = {Rank("accounts", "id")}", // changes nothing
        5 => $"update app.accounts set id = {Next()} where id = {Rank("accounts", "id")}", // a key change with the whole old row
        6 or 7 => Measure(),
        8 or 9 or 10 => ChangeMeasure(),
        11 => $"delete from app.{Measures()} where id = (select id from app.measures order by id limit 1)",
        12 or 13 => Profile(),
        14 or 15 => ChangeProfile(),
        16 => Holding(),
        17 => Journal(),
        18 => OrderLine(),
        _ => Staging(),
    };

    /// <summary>Three and more changes of one row within one transaction.</summary>
    internal IEnumerable<string> OneRowManyTimes()
    {
        var id = Next();
        yield return $"insert into app.accounts (id, owner) values ({id}, 'many')";
        yield return $"update app.accounts set balance = 1 where id = {id}";
        yield return $"update app.accounts set balance = 2, note = null where id = {id}";
        yield return $"update app.accounts set balance = 2 where id = {id}"; // changes nothing
        if (_values.OneIn(2))
            yield return $"delete from app.accounts where id = {id}";
        if (_values.OneIn(3))
            yield return $"insert into app.accounts (id, owner) values ({id}, 'again') on conflict do nothing";
    }

    /// <summary>Two rows swap their keys through a temporary one.</summary>
    internal IEnumerable<string> SwapKeys()
    {
        var (first, second, aside) = (Next(), Next(), Next());
        yield return $"insert into app.profiles (id, name, visits) values ({first}, 'first', 1), ({second}, 'second', 2)";
        yield return $"update app.profiles set id = {aside} where id = {first}";
        yield return $"update app.profiles set id = {first} where id = {second}";
        yield return $"update app.profiles set id = {second} where id = {aside}";
    }

    /// <summary>Work inside a transaction that is taken back while the transaction itself stays.</summary>
    internal IEnumerable<string> TakenBackInside()
    {
        yield return Account();
        yield return "savepoint here";
        yield return $"update app.accounts set balance = -1 where id = {Rank("accounts", "id")}";
        yield return "delete from app.journal";
        yield return "rollback to savepoint here";
        yield return UpdateAccounts();
    }

    /// <summary>Statements on rows that no other connection sees before they are committed.</summary>
    internal IEnumerable<string> LongTransaction()
    {
        var first = Next();
        yield return $"insert into app.accounts (id, owner, balance) select {first} + n, 'long', n from generate_series(1, 40) n";
        for (var index = 1; index <= 40; index++)
        {
            Next();
            yield return $"update app.accounts set balance = balance + 0.01, note = 'long {index}' where id = {first + index}";
        }
        yield return $"delete from app.accounts where id between {first + 1} and {first + 5}";
    }

    /// <summary>The table whose columns change, between its changes.</summary>
    internal string Evolving(string columns, string values) =>
        _values.OneIn(2)
            ? $"insert into app.evolving ({columns}) values ({Next()}, {values})"
            : $"update app.evolving set ({columns}) = (id, {values}) where id = {Rank("evolving", "id")}";

    internal int Next() => ++_next;

    private string Measures() => _values.OneOf(MeasureTables);

    private string Rank(string table, string column) =>
        $"(select {column} from app.{table} order by {column} offset (select floor(count(*) * {_values.Fraction()})::int from app.{table}) limit 1)";

    private string Account() => random.Next(4) switch
    {
        0 => $"insert into app.accounts (id, owner, balance, note) values ({Next()}, 'o{_values.Number(99)}', {_values.Number(9999)}.{_values.Number(10)}, null)",
        1 => $"insert into app.accounts (id, owner) select {Next()} + n * 1000000, 'batch' from generate_series(1, {1 + _values.Number(MaxBatchRows)}) n",
        2 => $"delete from app.accounts where id = {Rank("accounts", "id")}",
        _ => $"update app.accounts set balance = balance - {_values.Number(50)}.25, note = 'n{_values.Number(3)}', updated = '2024-05-06 07:08:09+00' "
            + $"where id = {Rank("accounts", "id")}",
    };

    private string UpdateAccounts() =>
        $"update app.accounts set active = not active, opened = opened + 1 where id % 7 = {_values.Number(7)} and id < 10300";

    private string Measure()
    {
        var columns = RandomValues.Columns;
        return $"insert into app.{Measures()} (id, {string.Join(", ", columns)}) values ({_values.Uuid()}, {string.Join(", ", columns.Select(_values.Of))})";
    }

    private string ChangeMeasure()
    {
        var table = Measures();
        var columns = RandomValues.Columns.Where(_ => _values.OneIn(6)).DefaultIfEmpty("small");
        return $"update app.{table} set {string.Join(", ", columns.Select(column => $"{column} = {_values.Of(column)}"))} where id = {Rank(table, "id")}";
    }

    private string Profile() =>
        "insert into app.profiles (id, name, bio, avatar, tags, settings, visits) values "
        + $"({Next()}, 'p', {LongText(_values.Number(200))}, decode({LongText(_values.Number(150))}, 'hex'), '{{a,b}}', "
        + $"jsonb_build_object('k', {LongText(_values.Number(150))}), 0)";

    private string ChangeProfile() => random.Next(5) switch
    {
        0 => $"update app.profiles set bio = {LongText(100 + _values.Number(100))} where id = {Rank("profiles", "id")}",
        1 => $"update app.profiles set settings = '{{\"short\": {_values.Number(9)}}}', avatar = null where id = {Rank("profiles", "id")}",
        2 => $"update app.profiles set id = {Next()} where id = {Rank("profiles", "id")}", // long values do not travel to the new key either
        3 => $"delete from app.profiles where id = {Rank("profiles", "id")}",
        _ => $"update app.profiles set visits = visits + 1 where id = {Rank("profiles", "id")}",
    };

    // 32 characters each; from 63 on (2,000 bytes) the value is stored out of line.
    private string LongText(int parts) =>
        $"(select coalesce(string_agg(md5('{_values.Number(1000)}-' || k), ''), '') from generate_series(1, {parts}) k)";

    private string Holding()
    {
        var (account, asset) = (_values.Number(20), _values.OneOf(Assets));
        return random.Next(3) switch
        {
            0 => $"delete from app.holdings where account_id = {account}",
            1 => $"update app.holdings set quantity = quantity * 1.10, price = price * 2 where asset = '{asset}'",
            _ => $"insert into app.holdings values ({account}, '{asset}', {_values.Number(100)}.50, '{_values.Number(100)}.5', '2024-01-01') "
                + "on conflict (account_id, asset) do update set quantity = excluded.quantity",
        };
    }

    private string Journal() => random.Next(3) switch
    {
        0 => $"delete from app.journal where line = 'line {_values.Number(5)}'",
        1 => $"update app.journal set amount = amount + 1 where line = 'line {_values.Number(5)}'",
        _ => $"insert into app.journal select '2024-01-01 00:00:00+00', 'line {_values.Number(5)}', {_values.Number(9)} from generate_series(1, 3)",
    };

    private string OrderLine() => random.Next(3) switch
    {
        0 => $"insert into app.\"Order Lines\" values ({Next()}, 1, 'M', 1), ({Next()}, -2, null, 2)",
        1 => $"update app.\"Order Lines\" set \"Größe\" = 'XL', quantity = quantity + 1 where \"Line\" = {_values.Number(3)}",
        _ => $"update app.\"Order Lines\" set \"Order No\" = {Next()} where \"Order No\" = (select min(\"Order No\") from app.\"Order Lines\")",
    };

    private string Staging() =>
        _values.OneIn(4) ? "truncate app.staging" : $"insert into app.staging select {Next()} + n * 1000000, 'p' from generate_series(1, 5) n";
}
