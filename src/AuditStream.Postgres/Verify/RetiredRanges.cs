using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>The ranges whose rows were archived and dropped: their blocks are verified by their lists of leaves.</summary>
internal sealed class RetiredRanges
{
    private const string Sql = "SELECT (extract(epoch FROM valid_from) * 1000)::bigint, (extract(epoch FROM valid_to) * 1000)::bigint "
        + "FROM audit.partition WHERE retired_at IS NOT NULL";

    private readonly List<(long From, long To)> ranges = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => ranges.Count == 0;

    public static async Task<RetiredRanges> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var retired = new RetiredRanges();
        await using var command = source.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            retired.ranges.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return retired;
    }

    /// <summary>Whether events of a block may be of a retired range.</summary>
    public bool Overlaps(BlockHeader header) => header.Rows > 0 && ranges.Exists(range => header.OccurredFrom < range.To && header.OccurredTo >= range.From);
}
