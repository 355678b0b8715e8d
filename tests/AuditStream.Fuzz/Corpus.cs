using AuditStream.App.Explain;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Testing;

namespace AuditStream.Fuzz;

/// <summary>The records that mutation begins with.</summary>
internal sealed class Corpus
{
    private readonly MemorySchemas schemas = new();

    /// <summary>The records.</summary>
    public List<RawRecord> Records { get; } = [];

    /// <summary>The schemas of those in Avro.</summary>
    public ISchemaSource Schemas => schemas;

    /// <summary>Records that showed a failure once, by file.</summary>
    public static IEnumerable<string> KeptFiles => Directory.GetFiles(InProject("kept"), "*.jsonl").Order(StringComparer.Ordinal);

    /// <summary>Reads it: every record that the repository owns in a file, and captured and published messages beside the repository.</summary>
    /// <param name="withShared">False for the repository's own only: the same on every machine.</param>
    public static Corpus Read(bool withShared)
    {
        var corpus = new Corpus();
        corpus.AddSchemas(InProject(Path.Combine("seeds", "schemas")));
        corpus.AddFolder(InProject("seeds"));
        corpus.AddFolder(Path.Combine(RepositoryFolder.Root, "schemas", "audit-event", "examples", "records"));
        corpus.AddFolder(Path.Combine(RepositoryFolder.Root, "src", "AuditStream.Demo", "captured"));
        if (withShared && SharedFolder.Fixtures is { } fixtures)
        {
            foreach (var folder in Directory.GetDirectories(Path.Combine(fixtures, "published")).Order(StringComparer.Ordinal))
                corpus.AddFolder(folder);
            foreach (var capture in Directory.GetDirectories(Path.Combine(fixtures, "debezium")).Order(StringComparer.Ordinal))
            {
                if (Directory.Exists(Path.Combine(capture, "schemas")))
                    corpus.AddSchemas(Path.Combine(capture, "schemas"));
                if (File.Exists(Path.Combine(capture, "messages.jsonl")))
                    corpus.Records.AddRange(RecordsOf(Path.Combine(capture, "messages.jsonl")));
            }
        }

        return corpus;
    }

    /// <summary>The records of a file, in any form that <c>explain</c> reads.</summary>
    public static List<RawRecord> RecordsOf(string file)
    {
        using var stream = File.OpenRead(file);
        return [.. new InputTexts(new ByteLines(stream)).Read().Select((text, index) => ExplainInput.Read(text, index + 1, "p.s.t").Record)];
    }

    private static string InProject(string folder) => Path.Combine(RepositoryFolder.Root, "tests", "AuditStream.Fuzz", folder);

    private void AddSchemas(string folder) => schemas.Add(folder);

    private void AddFolder(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json*").Order(StringComparer.Ordinal))
            Records.AddRange(RecordsOf(file));
    }
}
