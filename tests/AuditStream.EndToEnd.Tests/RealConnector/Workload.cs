using Npgsql;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Some thousand statements against the source, the same for the same seed; beside the main connection a second one with long transactions.</summary>
internal sealed class Workload(SourceDatabase source, int seed)
{
    private const int Transactions = 700;
    private const int LongTransactionEvery = 90;

    private static readonly (int At, string Ddl, string Columns, string Values)[] Evolution =
    [
        (0, "select 1", "id, first, count", "'text', 1"),
        (120, "alter table app.evolving add column added text", "id, first, count, added", "'text', 2, 'added'"),
        (240, "alter table app.evolving add column with_default int default 5", "id, first, added, with_default", "'text', null, 6"),
        (360, "alter table app.evolving rename column first to renamed", "id, renamed, count", "'renamed', 3"),
        (480, "alter table app.evolving alter column count type bigint", "id, renamed, count", "null, 9223372036854775807"),
        (600, "alter table app.evolving drop column added", "id, renamed, with_default", "'last', null"),
    ];

    private readonly Random _random = new(seed);

    /// <summary>How many statements were executed, rolled-back ones and data definition included.</summary>
    internal int Executed { get; private set; }

    /// <summary>Runs all of it.</summary>
    internal async Task RunAsync()
    {
        var statements = new Statements(_random);
        await using var main = await source.OpenAsync();
        await using var aside = await source.OpenAsync();
        var pending = new Queue<string>();
        for (var number = 0; number < Transactions; number++)
        {
            if (Evolution.FirstOrDefault(step => step.At == number && number > 0).Ddl is { } ddl)
                await ExecuteAsync(main, [ddl]);
            if (number % LongTransactionEvery == 10)
                pending = new Queue<string>(["begin", .. statements.LongTransaction(), _random.Next(3) == 0 ? "rollback" : "commit"]);
            if (pending.TryDequeue(out var statement))
                await ExecuteAsync(aside, [statement]);
            await ExecuteAsync(main, Transaction(statements, number));
        }
        while (pending.TryDequeue(out var statement))
            await ExecuteAsync(aside, [statement]);
        await CopyAsync(main);
        await ExecuteAsync(main, ["begin", $"insert into app.accounts (id, owner) values (1, 'the end') on conflict (id) do update set owner = 'the end'", "commit"]);
    }

    private IEnumerable<string> Transaction(Statements statements, int number)
    {
        yield return "begin";
        var step = Evolution.Last(step => step.At <= number);
        var body = _random.Next(16) switch
        {
            0 => statements.OneRowManyTimes(),
            1 => statements.SwapKeys(),
            2 => statements.TakenBackInside(),
            3 => [statements.Evolving(step.Columns, step.Values), statements.Any(), statements.Evolving(step.Columns, step.Values)],
            4 => [statements.Any(), $"select truth.say('actor', 'user {number} \"ü\"')", statements.Any()],
            _ => Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => statements.Any()),
        };
        foreach (var statement in body)
            yield return statement;
        yield return _random.Next(12) == 0 ? "rollback" : "commit";
    }

    /// <summary>COPY writes many rows with one log record: they share a log position.</summary>
    private async Task CopyAsync(NpgsqlConnection connection)
    {
        foreach (var (target, line) in new[]
        {
            ("app.journal (at, line, amount)", "2024-01-01 00:00:00+00\tcopied\t1.5\n"),
            ("app.accounts (id, owner)", "{0}\tcopied\n"),
        })
        {
            await using var writer = await connection.BeginTextImportAsync($"copy {target} from stdin");
            for (var row = 0; row < 60; row++)
                await writer.WriteAsync(line.Replace("{0}", (900_000_000 + row).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
            Executed++;
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, IEnumerable<string> statements)
    {
        var list = statements.ToList();
        Executed += list.Count(statement => statement is not ("begin" or "commit" or "rollback"));
        try
        {
            await connection.ExecuteAsync(string.Join(";\n", list));
        }
        catch (PostgresException exception)
        {
            throw new InvalidOperationException($"The workload's statements failed: {exception.MessageText}\n{string.Join(";\n", list)}", exception);
        }
    }
}
