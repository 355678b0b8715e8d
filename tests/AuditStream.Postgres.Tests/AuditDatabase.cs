using AuditStream.Demo;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>A migrated database with a writer's and a reader's login, one per test class.</summary>
public sealed class AuditDatabase(PostgresServer server) : IAsyncLifetime
{
    public const string Fingerprint = "0123456789abcdef";

    public PostgresServer Server => server;

    public string Name { get; private set; } = "";

    public string WriterConnectionString { get; private set; } = "";

    public string ReaderConnectionString { get; private set; } = "";

    public string WriterLogin => "writer_" + Name;

    public PostgresOptions Writer => new() { ConnectionString = WriterConnectionString };

    public PostgresOptions Reader => new() { ConnectionString = ReaderConnectionString };

    public async Task InitializeAsync()
    {
        if (!ThrowAwayPostgres.IsAvailable)
            return;
        Name = await server.CreateDatabaseAsync();
        await using var migrator = new Migrator(
            new PostgresOptions { ConnectionString = server.Server.ConnectionString(Name) }, NullLogger<Migrator>.Instance);
        _ = await migrator.MigrateAsync(CancellationToken.None);
        _ = await migrator.EnsureIdentityAsync(Fingerprint, CancellationToken.None);
        WriterConnectionString = await server.CreateLoginAsync(Name, WriterLogin, "audit_writer");
        ReaderConnectionString = await server.CreateLoginAsync(Name, "reader_" + Name, "audit_reader");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public Task ExecuteAsync(string sql) => server.ExecuteAsync(Name, sql);

    public Task<T> AskAsync<T>(string sql) => server.AskAsync<T>(Name, sql);

    /// <summary>The SQLSTATE that a statement is refused with, for a login.</summary>
    public static async Task<string> RefusalAsync(string connectionString, string sql)
    {
        var exception = await Should.ThrowAsync<PostgresException>(() => PostgresServer.ExecuteOnAsync(connectionString, sql));
        return exception.SqlState;
    }
}
