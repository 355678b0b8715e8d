using AuditStream.Demo;
using Npgsql;

namespace AuditStream.App.Tests;

/// <summary>One throw-away server for the tests of a class; each test takes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private ThrowAwayPostgres? server;

    /// <summary>The server.</summary>
    public ThrowAwayPostgres Server => server ?? throw new InvalidOperationException("This machine has no PostgreSQL; the test should be skipped.");

    /// <summary>A connection string of an empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(Server.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return Server.ConnectionString(name);
    }

    /// <summary>Reads one value.</summary>
    public static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task InitializeAsync()
    {
        if (ThrowAwayPostgres.IsAvailable)
            server = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
