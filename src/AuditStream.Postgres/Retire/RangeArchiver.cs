using System.Data;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Archive;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Writes the archive of a range, reads it back and holds it against the chain.</summary>
internal sealed class RangeArchiver(NpgsqlDataSource source, string origin, byte[] publicKey, IReadOnlyList<byte[]> trusted, TimeProvider time)
{
    private const string CountSql = "SELECT count(*) FROM audit.event WHERE occurred_at >= $1 AND occurred_at < $2";

    /// <summary>Archives a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="folder">Where to; what an attempt that broke off has left is written over.</param>
    /// <param name="progress">Hears the number of events so far.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RetirementException">The folder has the archive of a retired range, or what there is does not fit the chain.</exception>
    public async Task<ArchivedRange> RunAsync(RetirableRange range, ArchiveFolder folder, Action<long>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.Tombstone))
            throw new RetirementException($"{folder.Path} holds the archive of a range that was retired, perhaps of another store: name another folder.");
        await RequireOwnAsync(folder, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(folder.Path);
        File.Delete(folder.Manifest); // until there is a new one, the folder is no archive
        var (chain, count) = await CopyAsync(range, folder, progress, cancellationToken).ConfigureAwait(false);
        using var comparison = new ArchiveComparison(source, range.From, range.To);
        await comparison.RunAsync(folder.Events, chain, cancellationToken).ConfigureAwait(false);
        var sums = comparison.Sums;
        if (sums.Rows + sums.UnchainedRows != count)
            throw new RetirementException(FormattableString.Invariant($"{range.Name} has {count} events, and {sums.Rows + sums.UnchainedRows} of them are in blocks or older than the chain: ")
                + "others were added. Run auditstream verify --all.");
        var manifest = new ArchiveManifest
        {
            Format = ArchiveManifest.Spec,
            Origin = origin,
            Partition = range.Name,
            ValidFrom = range.From.ToUniversalTime(),
            ValidTo = range.To.ToUniversalTime(),
            MadeAt = time.GetUtcNow(),
            Events = ArchiveFolder.EventsName,
            EventsBytes = new FileInfo(folder.Events).Length,
            EventsHash = await HashAsync(folder.Events, cancellationToken).ConfigureAwait(false),
            Rows = sums.Rows,
            RowsHash = Convert.ToHexStringLower(sums.RowsHash()),
            UnchainedRows = sums.UnchainedRows,
            UnchainedHash = Convert.ToHexStringLower(sums.UnchainedHash()),
            Checkpoint = chain.Checkpoint?.Note,
            PublicKey = publicKey,
        };
        var text = manifest.ToJson();
        ArchiveFolder.Write(folder.Manifest, text);
        return new ArchivedRange(range, folder, sums.Rows, sums.RowsHash(), sums.UnchainedRows, sums.UnchainedHash(), comparison.PartsHash(),
            SHA256.HashData(Encoding.UTF8.GetBytes(text)), chain.Checkpoint?.Number ?? 0, manifest.EventsBytes, chain.Heads, chain.BeganAt);
    }

    // An archive without a tombstone is written over, but it may be all that is left of another store's range: its tombstone is written after the drop.
    private async Task RequireOwnAsync(ArchiveFolder folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Manifest)
            || ArchiveManifest.Parse(await File.ReadAllTextAsync(folder.Manifest, cancellationToken).ConfigureAwait(false)) is not { } found)
            return;
        var isOwn = found.Origin == origin;
        if (isOwn && found.Checkpoint is { } note)
        {
            await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM audit.checkpoint WHERE note = $1)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = note });
            isOwn = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
        if (!isOwn)
            throw new RetirementException($"{folder.Path} holds an archive of another store, which may have dropped that range: name another folder.");
    }

    /// <summary>The SHA-256 of a file in hex.</summary>
    internal static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }

    // One snapshot: what is counted is what is copied.
    private async Task<(RangeChain Chain, long Count)> CopyAsync(
        RetirableRange range, ArchiveFolder folder, Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        var chain = await RangeChain.ReadAsync(source, connection, range, trusted, cancellationToken).ConfigureAwait(false);
        // The blocks of a window are a small part of the range: the index over blocks knows where, whatever the statistics say.
        await OwnerWork.ExecuteAsync(connection, "SET LOCAL enable_seqscan = off", cancellationToken).ConfigureAwait(false);
        await new ArchiveWriter(connection, range).WriteAsync(folder.Events, chain.Windows, progress, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(CountSql, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.From.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.To.UtcDateTime });
        var count = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long found ? found : 0;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (chain, count);
    }
}
