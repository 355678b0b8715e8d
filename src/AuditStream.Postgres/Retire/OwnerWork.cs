using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Works as the owner of the audit tables for one transaction, with a login that may become it, as <see cref="Migrator"/> does.</summary>
internal static class OwnerWork
{
    /// <summary>What retires and what places or releases a hold take turns.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(7165901542230091124)";

    /// <summary>Runs work in one transaction: all of it, or nothing.</summary>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right is missing.</exception>
    public static async Task<T> RunAsync<T>(
        NpgsqlDataSource source, string action, Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var migrations = Migration.Embedded();
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, migrations[0].Sql, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, Lock, cancellationToken).ConfigureAwait(false);
            var result = await work(connection, transaction, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, migrations[^1].Sql, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(action, exception, Advice) is { } error)
        {
            throw error;
        }
    }

    // CA2100: the text is a file of this program, or made of numbers and names out of the catalogue.
#pragma warning disable CA2100
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
#pragma warning restore CA2100

    private static string? Advice(StoreErrorEntry entry) => entry switch
    {
        { Code: "42501" } => null, // the message says which right
        { Class: Core.Sink.StoreErrorClass.Transient } => "Run it again; what was done already is recognised.",
        _ => entry.Advice,
    };
}
