using AuditStream.Demo;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>One throw-away cluster for all tests of this assembly; they take turns, because some stop it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string Collection = "postgres";

    private ThrowAwayPostgres? _server;
    private int _databases;

    public ThrowAwayPostgres Server => _server ?? throw new InvalidOperationException("The server is there only where PostgreSQL is installed.");

    public async Task InitializeAsync()
    {
        if (ThrowAwayPostgres.IsAvailable)
            _server = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>An empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>A login with nothing but the given group roles; its connection string.</summary>
    public async Task<string> CreateLoginAsync(string database, string name, params string[] roles)
    {
        await ExecuteAsync(database, $"CREATE ROLE {name} LOGIN PASSWORD 'secret'");
        foreach (var role in roles)
            await ExecuteAsync(database, $"GRANT {role} TO {name}");
        return new NpgsqlConnectionStringBuilder(Server.ConnectionString(database)) { Username = name, Password = "secret" }.ConnectionString;
    }

    /// <summary>Runs SQL as superuser.</summary>
    public Task ExecuteAsync(string database, string sql) => ExecuteOnAsync(Server.ConnectionString(database), sql);

    /// <summary>The first column of the first row, as superuser.</summary>
    public async Task<T> AskAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync()).ShouldNotBeNull();
    }

    /// <summary>The plans of a query and of the queries inside its functions, as superuser.</summary>
    public async Task<IReadOnlyList<string>> ExplainAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        var plans = new List<string>();
        connection.Notice += (_, notice) => plans.Add(notice.Notice.MessageText);
        await using var command = new NpgsqlCommand("LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; "
            + "SET auto_explain.log_nested_statements = on; SET client_min_messages = log; " + sql, connection);
        _ = await command.ExecuteNonQueryAsync();
        return plans;
    }

    /// <summary>Runs SQL with another login, on a connection of its own.</summary>
    public static async Task ExecuteOnAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }
}
