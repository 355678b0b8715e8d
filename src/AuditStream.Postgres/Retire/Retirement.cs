using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Archives ranges of <c>audit.event</c> and drops them.</summary>
/// <remarks>
/// Purpose: rows that nobody needs any more leave, and nothing can be lost or denied by that. Design: with the reader's login a range is copied into a file,
/// the file is read back and every event in it held against the blocks, which a signed checkpoint covers; then, in one transaction of the owner, the
/// partition is detached and dropped and a signed tombstone takes its place. Guarantee: either the range is there, or its tombstone is; and what the
/// tombstone names was read from the archive before.
/// </remarks>
public sealed class Retirement : IAsyncDisposable
{
    /// <summary>One statement may sort or count a whole range; seconds.</summary>
    private const int StatementSeconds = 3_600;

    private const string ListSql = "SELECT name, valid_from, valid_to, due_at, is_due, held_by, bytes FROM audit.retirable() ORDER BY valid_from";

    private const string TurnSql = "SELECT pg_try_advisory_lock(7165901542230091125)";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource ownerSource;
    private readonly RangeArchiver archiver;
    private readonly RangeDrop drop;
    private readonly bool isSignerTrusted;
    private NpgsqlConnection? turn;
    private FileStream? turnOfFolder;

    /// <summary>Makes it; nothing connects yet.</summary>
    /// <param name="reader">The reader's login.</param>
    /// <param name="owner">A login that may become audit_owner, as for <see cref="Migrator"/>.</param>
    /// <param name="origin">The name of the pipeline.</param>
    /// <param name="signer">The key of checkpoints, which signs tombstones too.</param>
    /// <param name="trusted">Public keys that a checkpoint must be signed with, the signer's among them; none: those that the store names.</param>
    /// <param name="time">The clock.</param>
    public Retirement(
        PostgresOptions reader, PostgresOptions owner, string origin, ICheckpointSigner signer, IReadOnlyList<byte[]> trusted, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(trusted);
        isSignerTrusted = trusted.Count == 0 || trusted.Any(key => key.AsSpan().SequenceEqual(signer.PublicKey));
        source = DataSources.Build(reader with { CommandTimeoutSeconds = StatementSeconds });
        ownerSource = DataSources.Build(owner with { CommandTimeoutSeconds = StatementSeconds });
        archiver = new RangeArchiver(source, origin, signer.PublicKey, trusted, time);
        drop = new RangeDrop(ownerSource, origin, signer, time);
    }

    /// <summary>The ranges that are not retired, oldest first.</summary>
    /// <param name="reader">The reader's login.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public static async Task<IReadOnlyList<RetirableRange>> ListAsync(PostgresOptions reader, CancellationToken cancellationToken)
    {
        await using var source = DataSources.Build(reader);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Listing ranges", exception, Advice) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Writes the archive of a range, reads it back and holds it against the chain; drops nothing.</summary>
    /// <param name="range">The range.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="progress">Hears the number of events so far; null: nobody.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RetirementException">It may not be retired, is not covered by a checkpoint, is not what the chain says, or another process retires
    /// just now.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="ListAsync(PostgresOptions, CancellationToken)"/>.</exception>
    public async Task<ArchivedRange> ArchiveAsync(RetirableRange range, ArchiveFolder folder, Action<long>? progress, CancellationToken cancellationToken)
    {
        if (range.Refusal is { } refusal)
            throw new RetirementException($"{range.Name} is not retired: {refusal}.");
        if (!isSignerTrusted)
        {
            throw new RetirementException($"{range.Name} is not retired: the key that would sign its tombstone is none of those that are trusted. Take the right one, or trust it too "
                + "(--key).");
        }
        try
        {
            await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            TakeFolder(folder.Root);
            await drop.LookAsync(range, cancellationToken).ConfigureAwait(false);
            return await archiver.RunAsync(range, folder, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not IOException && StoreErrors.ToStoreException($"Archiving {range.Name}", exception, Advice) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Drops an archived range; when this returns, its tombstone stands in the store and lies beside the archive.</summary>
    /// <param name="archived">What <see cref="ArchiveAsync"/> gave.</param>
    /// <param name="by">Who drops it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Breaks it off; the range is then there as before.</param>
    /// <exception cref="RetirementException">It may not be retired now, events of it came meanwhile, or the archive is not there as it was.</exception>
    /// <exception cref="TombstoneFileException">It is dropped, and its tombstone cannot be put beside the archive.</exception>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right is missing.</exception>
    public async Task DropAsync(ArchivedRange archived, string by, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archived);
        await RequireArchiveAsync(archived, cancellationToken).ConfigureAwait(false);
        var note = await drop.RunAsync(archived, by, reason, cancellationToken).ConfigureAwait(false);
        try
        {
            ArchiveFolder.Write(archived.Folder.Tombstone, note);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TombstoneFileException($"{archived.Range.Name} is retired, and its tombstone cannot be put beside the archive in {archived.Folder.Path}: {exception.Message} "
                + "auditstream retire does that the next time.", exception);
        }
    }

    /// <summary>Puts tombstones beside archives that lack them, or have only their beginning: an earlier run ended before, or in the middle of it.</summary>
    /// <returns>The partitions.</returns>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="ListAsync(PostgresOptions, CancellationToken)"/>.</exception>
    public async Task<IReadOnlyList<string>> MendAsync(string root, CancellationToken cancellationToken)
    {
        var mended = new List<string>();
        try
        {
            await using var command = source.CreateCommand("SELECT name, note FROM audit.tombstone ORDER BY valid_from");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var folder = new ArchiveFolder(root, reader.GetString(0));
                if (!File.Exists(folder.Manifest) || !await LacksAsync(folder.Tombstone, reader.GetString(1), cancellationToken).ConfigureAwait(false))
                    continue;
                var hash = await RangeArchiver.HashAsync(folder.Manifest, cancellationToken).ConfigureAwait(false);
                if (SignedNote.Parse(reader.GetString(1)) is not { } note || Tombstone.Parse(note.Text) is not { } tombstone
                    || Convert.ToHexStringLower(tombstone.ManifestHash) != hash)
                    continue; // the archive of another store
                ArchiveFolder.Write(folder.Tombstone, reader.GetString(1));
                mended.Add(folder.Partition);
            }
            return mended;
        }
        catch (Exception exception) when (exception is not IOException && StoreErrors.ToStoreException("Reading tombstones", exception, Advice) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (turn is not null)
            await turn.DisposeAsync().ConfigureAwait(false);
        if (turnOfFolder is not null)
            await turnOfFolder.DisposeAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
        await ownerSource.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<List<RetirableRange>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ListSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var ranges = new List<RetirableRange>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ranges.Add(new RetirableRange(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(4), reader.GetFieldValue<string[]>(5),
                reader.IsDBNull(6) ? null : reader.GetInt64(6)));
        }
        return ranges;
    }

    // What is not its beginning was changed: verify-archive says so, and nobody writes over it.
    private static async Task<bool> LacksAsync(string path, string note, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return true;
        var found = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        return found.Length < note.Length && note.StartsWith(found, StringComparison.Ordinal);
    }

    // Two that archive one range would write over each other's files. The lock is the session's: it ends with this object's connections.
    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (turn is not null)
            return;
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(TurnSql, connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new RetirementException("Another process retires ranges of this store just now.");
        }
        turn = connection;
    }

    // Two stores have partitions of the same names: who writes into their folders takes turns too, until this object ends.
    private void TakeFolder(string root)
    {
        var path = Path.Combine(Directory.CreateDirectory(root).FullName, ArchiveFolder.LockName);
        if (turnOfFolder?.Name == path)
            return;
        turnOfFolder?.Dispose();
        turnOfFolder = null;
        try
        {
            turnOfFolder = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new RetirementException($"Another process writes archives into {root} just now, or it cannot be locked: {exception.Message}");
        }
    }

    // It was read back; some time has gone since, and a folder may be a share that is not there any more.
    private static async Task RequireArchiveAsync(ArchivedRange archived, CancellationToken cancellationToken)
    {
        var (manifest, events) = (archived.Folder.Manifest, new FileInfo(archived.Folder.Events));
        if (!File.Exists(manifest) || !events.Exists || events.Length != archived.Bytes
            || await RangeArchiver.HashAsync(manifest, cancellationToken).ConfigureAwait(false) != Convert.ToHexStringLower(archived.ManifestHash))
            throw new RetirementException($"{archived.Range.Name} is not retired: its archive in {archived.Folder.Path} is not there any more as it was written.");
    }

    private static string? Advice(StoreErrorEntry entry) => entry switch
    {
        { Code: "42501" } => "GRANT audit_reader TO this login, or name a login that has it in Postgres:ReaderConnectionString.",
        { Class: Core.Sink.StoreErrorClass.Transient } => "Nothing was dropped: run it again.",
        _ => entry.Advice,
    };
}
