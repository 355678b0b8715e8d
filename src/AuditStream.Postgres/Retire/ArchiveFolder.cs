namespace AuditStream.Postgres.Retire;

/// <summary>Where the archive of one range lies: a folder of its own, named after the partition.</summary>
/// <param name="Root">The folder of all archives.</param>
/// <param name="Partition">The partition.</param>
public sealed record ArchiveFolder(string Root, string Partition)
{
    /// <summary>The name of the file of events.</summary>
    public const string EventsName = "events.jsonl.gz";

    /// <summary>The name of the manifest.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The name of the signed note, which is written when the range was dropped.</summary>
    public const string TombstoneName = "tombstone.note";

    /// <summary>The name of the file in <see cref="Root"/> that is locked by who writes archives there.</summary>
    public const string LockName = ".retire.lock";

    /// <summary>The folder.</summary>
    public string Path => System.IO.Path.Combine(Root, Partition);

    /// <summary>The events.</summary>
    public string Events => System.IO.Path.Combine(Path, EventsName);

    /// <summary>What they are.</summary>
    public string Manifest => System.IO.Path.Combine(Path, ManifestName);

    /// <summary>That the range was dropped.</summary>
    public string Tombstone => System.IO.Path.Combine(Path, TombstoneName);

    /// <summary>Writes a file so that it is on the disk when this returns.</summary>
    internal static void Write(string path, string text)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }
}
