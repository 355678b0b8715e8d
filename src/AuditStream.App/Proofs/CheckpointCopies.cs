using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AuditStream.App.Configuration;
using AuditStream.Streams.Reading;

namespace AuditStream.App.Proofs;

/// <summary>Checkpoints that are kept outside of the store: in folders and on their topic.</summary>
internal static class CheckpointCopies
{
    /// <summary>How many notes may wait to be compared.</summary>
    private const int MaxWaiting = 1_000;

    /// <summary>No note is longer than this; bytes.</summary>
    private const long MaxNoteBytes = 8 * 1024 * 1024;

    /// <summary>The notes of a folder, then those of the topic; null when neither is asked for.</summary>
    /// <param name="folder">The folder; null: none.</param>
    /// <param name="topicOf">Whose configuration names the topic; null: not the topic.</param>
    /// <exception cref="ConfigurationException">The folder cannot be read. While they are read: a file cannot be, or there is no such topic.</exception>
    public static IAsyncEnumerable<string>? Of(string? folder, AuditStreamOptions? topicOf)
    {
        if (folder is null && topicOf is null)
            return null;
        if (folder is not null)
            _ = FilesOf(folder); // told before anything else is done
        return BothAsync(folder, topicOf, CancellationToken.None);
    }

    private static async IAsyncEnumerable<string> BothAsync(
        string? folder, AuditStreamOptions? topicOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (folder is not null)
        {
            foreach (var file in FilesOf(folder))
                yield return await ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }
        if (topicOf is null)
            yield break;
        await foreach (var note in OfTopic(topicOf, cancellationToken).ConfigureAwait(false))
            yield return note;
    }

    private static IReadOnlyList<string> FilesOf(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder, "*.note").Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder);
        }
    }

    private static async IAsyncEnumerable<string> OfTopic(AuditStreamOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var notes = Channel.CreateBounded<string>(MaxWaiting);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => Read(options, notes.Writer, broken.Token), CancellationToken.None);
        try
        {
            await foreach (var note in notes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return note;
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    // The Kafka client blocks its thread anyway.
    private static void Read(AuditStreamOptions options, ChannelWriter<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            var isThere = new CheckpointTopicReader(EdgeSettings.Streams(options), options.Checkpoint.Topic).Read(
                note => notes.WriteAsync(note, cancellationToken).AsTask().GetAwaiter().GetResult(), cancellationToken);
            notes.Complete(isThere ? null : new ConfigurationException([new("Checkpoint:Topic", $"names {options.Checkpoint.Topic}, which is not there")]));
        }
        catch (Exception exception)
        {
            notes.Complete(exception);
        }
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(file).Length <= MaxNoteBytes ? await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file);
        }
    }

    private static ConfigurationException Unreadable(string path) => new([new("--checkpoints", $"names {Path.GetFullPath(path)}, which cannot be read")]);
}
