using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>What a trigger in the source wrote about one change.</summary>
/// <param name="Sequence">Its place among all changes.</param>
/// <param name="Transaction">The source's transaction id; 0 for a row that was there before.</param>
/// <param name="Table">The table without its schema; empty for a logical message.</param>
/// <param name="Operation">snapshot, insert, update, delete, truncate, message.</param>
/// <param name="Types">Each column's type as PostgreSQL prints it, at the time of the change.</param>
/// <param name="Old">The row before.</param>
/// <param name="New">The row after.</param>
internal sealed record TruthRow(
    long Sequence, long Transaction, string Table, string Operation, IReadOnlyDictionary<string, string> Types, JsonElement? Old, JsonElement? New)
{
    /// <summary>Everything that the triggers wrote, in order.</summary>
    internal static async Task<List<TruthRow>> ReadAllAsync(SourceDatabase source)
    {
        await using var connection = await source.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select seq, txid, table_name, op, types::text, old::text, new::text from truth.log order by seq", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TruthRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(new TruthRow(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3),
                Json(reader, 4)?.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString() ?? "") ?? [],
                Json(reader, 5), Json(reader, 6)));
        }
        return rows;
    }

    private static JsonElement? Json(Npgsql.NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize<JsonElement>(reader.GetString(column));
}
