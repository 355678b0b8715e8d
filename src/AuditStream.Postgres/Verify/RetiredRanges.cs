using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>The ranges whose rows were archived and dropped, as their tombstones say: the rows of their blocks are verified by their lists of leaves.</summary>
internal sealed class RetiredRanges
{
    private const string Sql = "SELECT (extract(epoch FROM valid_from) * 1000)::bigint, (extract(epoch FROM valid_to) * 1000)::bigint "
        + "FROM audit.tombstone WHERE isfinite(valid_from) AND isfinite(valid_to)";

    private readonly NpgsqlDataSource source;
    private readonly List<(long From, long To)> ranges = [];

    private RetiredRanges(NpgsqlDataSource source) => this.source = source;

    public static async Task<RetiredRanges> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var retired = new RetiredRanges(source);
        await retired.ReadAgainAsync(cancellationToken).ConfigureAwait(false);
        return retired;
    }

    /// <summary>Reads them again: one may have been retired meanwhile.</summary>
    public async Task ReadAgainAsync(CancellationToken cancellationToken)
    {
        ranges.Clear();
        await using var command = source.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            ranges.Add((reader.GetInt64(0), reader.GetInt64(1)));
    }

    /// <summary>Whether all events of a block are of one retired range.</summary>
    public bool HoldsAll(BlockHeader header) =>
        header.Rows > 0 && ranges.Exists(range => header.OccurredFrom >= range.From && header.OccurredTo < range.To);

    /// <summary>Which events of a block went with a range that has only a part of it.</summary>
    public async Task<HashSet<long>> GoneOfAsync(BlockHeader header, CancellationToken cancellationToken)
    {
        var gone = new HashSet<long>();
        if (!ranges.Exists(range => header.OccurredFrom < range.To && header.OccurredTo >= range.From))
            return gone;
        await using var command = source.CreateCommand("SELECT offsets FROM audit.tombstone_part WHERE shard = $1 AND block = $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = header.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = header.Number });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            gone.UnionWith(PartList.Offsets(reader.GetFieldValue<byte[]>(0)));
        return gone;
    }

    /// <summary>Whether events of an instant are of a retired range.</summary>
    /// <param name="milliseconds">Milliseconds since the Unix epoch.</param>
    public bool Holds(long milliseconds) => ranges.Exists(range => milliseconds >= range.From && milliseconds < range.To);
}
