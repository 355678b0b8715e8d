using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Asks the catalogue whether every append-only layer is in place: the schema's own check, and whether that is the one we made.</summary>
internal static class StoreLayers
{
    private const string Sql = "SELECT object, problem, object = session_user::text FROM audit.self_check() ORDER BY object, problem";

    // Where it was dropped, that is told with the other functions.
    private const string HasRetentionSql = "SELECT to_regproc('audit.retention_check') IS NOT NULL";
    private const string RetentionSql = "SELECT object, problem, false FROM audit.retention_check() ORDER BY object, problem";

    /// <summary>What is wrong; empty: nothing.</summary>
    public static async Task<IReadOnlyList<StoreProblem>> ProblemsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<StoreProblem>();
        try
        {
            await ReadAsync(connection, Sql, problems, cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(HasRetentionSql, connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
                await ReadAsync(connection, RetentionSql, problems, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (StoreErrors.Find(exception.SqlState) is { Class: StoreErrorClass.Systemic } entry)
        {
            // Dropped, or made to fail: nobody must think that it found nothing. A transaction around it is at its end.
            return [new StoreProblem("audit.self_check()", $"it cannot be asked: {exception.SqlState}, {entry.Name}")];
        }
        problems.AddRange(await SchemaFunctions.DifferencesAsync(connection, cancellationToken).ConfigureAwait(false));
        return problems;
    }

    // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
    private static async Task ReadAsync(NpgsqlConnection connection, string sql, List<StoreProblem> problems, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            problems.Add(new StoreProblem(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
    }
#pragma warning restore CA2100
}
