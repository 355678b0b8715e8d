using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Checks an archive: by itself, from the signed tombstone to the last event, and against the store where there is one.</summary>
public static class ArchiveCheck
{
    /// <summary>Checks the archive in a folder.</summary>
    /// <param name="folder">The folder of one range.</param>
    /// <param name="trusted">Public keys that the tombstone must be signed with; none: the one that the archive names.</param>
    /// <param name="store">The reader's login of the store to hold it against; null: none.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public static async Task<ArchiveVerdict> RunAsync(string folder, IReadOnlyList<byte[]> trusted, PostgresOptions? store, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var (rows, fingerprint) = (0L, "");
        ArchiveVerdict Wrong(string problem) => new(folder, name, rows, fingerprint, problem);
        try
        {
            if (!File.Exists(Path.Combine(folder, ArchiveFolder.TombstoneName)))
                return Wrong("It has no tombstone: the range was not dropped, or the run ended just then; auditstream retire mends that.");
            var (manifest, tombstone, noteText, problem) = await SignedAsync(folder, trusted, cancellationToken).ConfigureAwait(false);
            fingerprint = manifest is null ? "" : SignedNote.Fingerprint(manifest.PublicKey);
            if (manifest is null || tombstone is null || problem is not null)
                return Wrong(problem ?? "It cannot be read.");
            name = tombstone.Partition;
            var events = Path.Combine(folder, ArchiveFolder.EventsName);
            var hash = await RangeArchiver.HashAsync(events, cancellationToken).ConfigureAwait(false);
            if (manifest.Events != ArchiveFolder.EventsName || hash != manifest.EventsHash)
                return Wrong("The file of events is not the one that the manifest names: it was changed.");
            using var sums = Sums(events, cancellationToken);
            rows = sums.Rows + sums.UnchainedRows;
            if (sums.Rows != tombstone.Rows || !sums.RowsHash().AsSpan().SequenceEqual(tombstone.RowsHash)
                || sums.UnchainedRows != tombstone.UnchainedRows || !sums.UnchainedHash().AsSpan().SequenceEqual(tombstone.UnchainedHash))
                return Wrong("Its events are not those that the tombstone names.");
            return store is null ? new(folder, name, rows, fingerprint, Problem: null)
                : new(folder, name, rows, fingerprint, await AgainstAsync(events, tombstone, noteText, store, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Wrong($"It cannot be read: {exception.Message}");
        }
    }

    private static async Task<(ArchiveManifest? Manifest, Tombstone? Tombstone, string Note, string? Problem)> SignedAsync(
        string folder, IReadOnlyList<byte[]> trusted, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(folder, ArchiveFolder.TombstoneName), cancellationToken).ConfigureAwait(false);
        var manifestText = await File.ReadAllTextAsync(Path.Combine(folder, ArchiveFolder.ManifestName), cancellationToken).ConfigureAwait(false);
        var (note, manifest) = (SignedNote.Parse(text), ArchiveManifest.Parse(manifestText));
        var tombstone = note is null ? null : Tombstone.Parse(note.Text);
        var problem = note is null || tombstone is null ? $"The tombstone is no {Tombstone.Spec}."
            : manifest is null ? $"The manifest is no {ArchiveManifest.Spec}."
            : !(trusted.Count > 0 ? trusted : [manifest.PublicKey]).Any(note.IsSignedBy) ? "The tombstone has no valid signature of a trusted key."
            : !SHA256.HashData(Encoding.UTF8.GetBytes(manifestText)).AsSpan().SequenceEqual(tombstone.ManifestHash) ? "The manifest is not the one that the tombstone names: it was changed."
            : null;
        return (manifest, tombstone, text, problem);
    }

    private static ArchiveSums Sums(string events, CancellationToken cancellationToken)
    {
        var (sums, hash, leaf) = (new ArchiveSums(), new LeafHash(), new byte[MerkleTree.HashBytes]);
        foreach (var row in ArchiveReader.Read(events))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.OfEvent(row.Body.Span, leaf);
            sums.Add(row.Shard, row.Block, row.StreamOffset, leaf);
        }
        return sums;
    }

    private static async Task<string?> AgainstAsync(
        string events, Tombstone tombstone, string note, PostgresOptions store, CancellationToken cancellationToken)
    {
        await using var source = DataSources.Build(store);
        try
        {
            await using var command = source.CreateCommand("SELECT note FROM audit.tombstone WHERE name = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tombstone.Partition });
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string is not { } stored)
                return "The store has no tombstone of this range.";
            if (stored != note)
                return "The store has another tombstone of this range.";
            using var comparison = new ArchiveComparison(
                source, DateTimeOffset.FromUnixTimeMilliseconds(tombstone.From), DateTimeOffset.FromUnixTimeMilliseconds(tombstone.To));
            await comparison.RunAsync(events, chain: null, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RetirementException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is not IOException && StoreErrors.ToStoreException("Holding an archive against the store", exception) is { } error)
        {
            throw error;
        }
    }
}
