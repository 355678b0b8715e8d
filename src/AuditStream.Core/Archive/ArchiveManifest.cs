using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditStream.Core.Archive;

/// <summary>What an archive of one range holds: <c>manifest.json</c>. The tombstone names its SHA-256.</summary>
public sealed record ArchiveManifest
{
    /// <summary>What <see cref="Format"/> is.</summary>
    public const string Spec = "auditstream-archive/1";

    private static readonly JsonSerializerOptions form = new() { WriteIndented = true, NewLine = "\n", UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The form: <see cref="Spec"/>.</summary>
    [JsonPropertyName("spec")]
    public required string Format { get; init; }

    /// <summary>The name of the pipeline.</summary>
    [JsonPropertyName("origin")]
    public required string Origin { get; init; }

    /// <summary>The partition of <c>audit.event</c>.</summary>
    [JsonPropertyName("partition")]
    public required string Partition { get; init; }

    /// <summary>The first instant of the range.</summary>
    [JsonPropertyName("valid_from")]
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>The first instant behind it.</summary>
    [JsonPropertyName("valid_to")]
    public required DateTimeOffset ValidTo { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("made_at")]
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The file of events: gzip over JSON Lines.</summary>
    [JsonPropertyName("events")]
    public required string Events { get; init; }

    /// <summary>Its length in bytes.</summary>
    [JsonPropertyName("events_bytes")]
    public required long EventsBytes { get; init; }

    /// <summary>Its SHA-256 in hex.</summary>
    [JsonPropertyName("events_sha256")]
    public required string EventsHash { get; init; }

    /// <summary>How many events of blocks.</summary>
    [JsonPropertyName("rows")]
    public required long Rows { get; init; }

    /// <summary><see cref="ArchiveSums.RowsHash"/> in hex.</summary>
    [JsonPropertyName("rows_hash")]
    public required string RowsHash { get; init; }

    /// <summary>How many events in no block.</summary>
    [JsonPropertyName("unchained_rows")]
    public required long UnchainedRows { get; init; }

    /// <summary><see cref="ArchiveSums.UnchainedHash"/> in hex.</summary>
    [JsonPropertyName("unchained_hash")]
    public required string UnchainedHash { get; init; }

    /// <summary>The signed checkpoint that covers its blocks; null without blocks.</summary>
    [JsonPropertyName("checkpoint")]
    public required string? Checkpoint { get; init; }

    /// <summary>The public key that is said to sign the tombstone, DER SubjectPublicKeyInfo. Who checks compares it with what they trust.</summary>
    [JsonPropertyName("public_key")]
    public required byte[] PublicKey { get; init; }

    /// <summary>The manifest as it is written to a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, form) + "\n";

    /// <summary>Reads a manifest; null when it is none.</summary>
    public static ArchiveManifest? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ArchiveManifest>(json, form) is { Format: Spec } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
