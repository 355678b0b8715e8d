using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>The public keys that the store itself names.</summary>
internal static class StoredKeys
{
    public static async Task<List<byte[]>> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT public_key FROM audit.checkpoint_key");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var keys = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            keys.Add(reader.GetFieldValue<byte[]>(0));
        return keys;
    }
}
