using AuditStream.Demo;
using Npgsql;

namespace AuditStream.EndToEnd.Tests;

/// <summary>One database of a throw-away server, and the few ways in which tests talk to it.</summary>
public sealed class SourceDatabase(ThrowAwayPostgres server, string name)
{
    /// <summary>The server.</summary>
    public ThrowAwayPostgres Server { get; } = server;

    /// <summary>The database's name.</summary>
    public string Name { get; } = name;

    /// <summary>The superuser's connection string for this database.</summary>
    public string ConnectionString => Server.ConnectionString(Name) + ";Pooling=false;Include Error Detail=true;Command Timeout=120";

    /// <summary>Creates the database.</summary>
    public static async Task<SourceDatabase> CreateAsync(ThrowAwayPostgres server, string name)
    {
        await new SourceDatabase(server, "postgres").ExecuteAsync($"create database {name}");
        return new SourceDatabase(server, name);
    }

    /// <summary>Opens a connection.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs one or more statements on a connection of their own.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>The first column of the first row; null stands for NULL and for no row.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
