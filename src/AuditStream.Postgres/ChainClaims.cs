using System.Globalization;
using System.Security.Cryptography;
using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>The shards whose chains this store may go on with.</summary>
/// <remarks>A claim raises the epoch of the shard's head, in a transaction of its own before the first batch of an assignment. Each batch locks the
/// heads and compares epoch and claimant: whoever was claimed over since (a writer that was frozen while its partitions went to another) writes nothing. The
/// claimant counts too, because epochs go back with a backup: the same number may be another's then.</remarks>
internal sealed class ChainClaims(string topic, string applicationName, ILogger logger)
{
    private const string ClaimSql = "SELECT s.shard, c.epoch FROM unnest($1) WITH ORDINALITY AS s (shard, n) "
        + "CROSS JOIN LATERAL audit.claim_shard(s.shard, $2, $3) AS c ORDER BY s.n";

    // Who stands still in the middle of a COPY holds its heads, and no timeout of the server strikes while it waits for a client's data. The
    // statement timeout is our own setting: what is older, its client has given up.
    private const string EndFrozenSql = "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a WHERE a.usename = current_user "
        + "AND a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.state = 'active' AND a.wait_event = 'ClientRead' AND a.query LIKE 'COPY %' "
        + "AND clock_timestamp() - a.query_start > nullif(current_setting('statement_timeout'), '0')::interval";

    /// <summary>Half the digits of what tells this writer from any other, whatever machine and process ids say: containers share them.</summary>
    private const int TokenBytes = 4;

    private const string LockSql = "SELECT shard, number, hash, epoch, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, claimed_by "
        + "FROM audit.chain_head WHERE shard = ANY ($1) ORDER BY shard FOR UPDATE";

    private readonly string _claimedBy = string.Create(
        CultureInfo.InvariantCulture, $"{applicationName} {Environment.MachineName} {Environment.ProcessId} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes))}");
    private readonly Dictionary<int, long> _epochs = [];
    private long _assignment;

    /// <summary>Claims the shards of a batch that were not claimed yet in its assignment; outside of any transaction.</summary>
    /// <exception cref="PostgresException">AU020, AU021 or AU022: the chain is not as it should be.</exception>
    public async Task ClaimAsync(NpgsqlConnection connection, StoreBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Assignment != _assignment)
        {
            _epochs.Clear();
            _assignment = batch.Assignment;
        }
        var unclaimed = ShardsOf(batch).Where(shard => !_epochs.ContainsKey(shard)).ToArray();
        if (unclaimed.Length == 0)
            return;
        await using (var end = new NpgsqlCommand(EndFrozenSql, connection))
        {
            if (await end.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long and > 0 and var ended)
                logger.FrozenWritersEnded(ended);
        }
        await using var command = new NpgsqlCommand(ClaimSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = unclaimed });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _claimedBy });
        var claimed = new List<(int Shard, long Epoch)>(unclaimed.Length);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                claimed.Add((reader.GetInt32(0), reader.GetInt64(1)));
        }
        foreach (var (shard, epoch) in claimed)
            _epochs[shard] = epoch;
    }

    /// <summary>Locks the heads of a batch's shards, in the connection's transaction.</summary>
    /// <exception cref="StoreException">Transient with <see cref="StoreException.FencedCode"/>: another writer has claimed one of them. The claim is
    /// forgotten: the next batch claims it anew.</exception>
    public async Task<OpenBlocks> LockAsync(NpgsqlConnection connection, StoreBatch batch, CancellationToken cancellationToken)
    {
        var shards = ShardsOf(batch).ToArray();
        await using var command = new NpgsqlCommand(LockSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = shards });
        var heads = new Dictionary<int, (ChainHead Head, long Epoch)>(shards.Length);
        var mine = new HashSet<int>(shards.Length);
        var writtenAt = 0L;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var head = new ChainHead(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
                heads.Add(head.Shard, (head, reader.GetInt64(3)));
                if (reader.GetInt64(3) == _epochs[head.Shard] && string.Equals(reader.GetString(5), _claimedBy, StringComparison.Ordinal))
                    _ = mine.Add(head.Shard);
                writtenAt = Math.Max(writtenAt, reader.GetInt64(4));
            }
        }
        var fenced = shards.Where(shard => !mine.Contains(shard)).ToArray();
        if (fenced.Length == 0)
            return new OpenBlocks(topic, heads, writtenAt);
        foreach (var shard in fenced)
            _ = _epochs.Remove(shard);
        throw new StoreException(StoreErrorClass.Transient, StoreException.FencedCode, string.Create(CultureInfo.InvariantCulture,
            $"Writing {batch.Events.Count} events and {batch.DeadLetters.Count} dead letters failed: another writer has claimed shard {fenced[0]} since this one did. ")
            + "Nothing was written; if its partitions are still assigned here, it is claimed back.", null);
    }

    // Always in this order, so that two writers wait for each other and not in a circle.
    private static IEnumerable<int> ShardsOf(StoreBatch batch) =>
        batch.Events.Select(row => row.Shard).Concat(batch.DeadLetters.Select(row => row.Shard)).Distinct().Order();
}
