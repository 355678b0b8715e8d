using Npgsql;

namespace AuditStream.EndToEnd.Tests;

/// <summary>Statements without ceremony.</summary>
internal static class NpgsqlConnectionExtensions
{
    /// <summary>Runs one or more statements.</summary>
    internal static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }
}
