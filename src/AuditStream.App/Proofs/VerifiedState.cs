using System.Text.Json;
using AuditStream.App.Configuration;
using AuditStream.Core.Chain;

namespace AuditStream.App.Proofs;

/// <summary>How far the chains were verified: a file of who verifies, out of reach of who may change the store.</summary>
/// <param name="Heads">The last verified block of each shard.</param>
/// <param name="Checkpoint">The last checkpoint that was checked.</param>
internal sealed record VerifiedState(IReadOnlyDictionary<int, ChainHead> Heads, long Checkpoint)
{
    /// <summary>Where it is unless said otherwise.</summary>
    public const string DefaultFile = "auditstream-verified.json";

    /// <summary>Nothing was verified.</summary>
    public static VerifiedState None { get; } = new(new Dictionary<int, ChainHead>(), 0);

    /// <summary>Reads the file; <see cref="None"/> when there is none.</summary>
    /// <exception cref="ConfigurationException">It is there and is not such a file: it may have been tampered with.</exception>
    public static VerifiedState Load(string path)
    {
        if (!File.Exists(path))
            return None;
        try
        {
            var file = JsonSerializer.Deserialize<Stored>(File.ReadAllText(path)) ?? throw new JsonException();
            return new VerifiedState(file.Heads.ToDictionary(head => head.Shard), file.Checkpoint);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException([new("--state", $"names {Path.GetFullPath(path)}, which cannot be read as what verify writes; find out who changed it, move it away and run verify --all")]);
        }
    }

    /// <summary>Writes the file, beside it first: it is whole always.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<ChainHead> heads, long checkpoint)
    {
        try
        {
            File.WriteAllText(path + ".part", JsonSerializer.Serialize(new Stored([.. heads.Where(head => head.Number > 0)], checkpoint)));
            File.Move(path + ".part", path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new("--state", $"names {Path.GetFullPath(path)}, which cannot be written")]);
        }
    }

    private sealed record Stored(IReadOnlyList<ChainHead> Heads, long Checkpoint);
}
