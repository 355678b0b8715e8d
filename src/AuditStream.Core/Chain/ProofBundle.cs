using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditStream.Core.Chain;

/// <summary>Everything that is needed to check, without the store, that one event was in it when a checkpoint was signed. JSON.</summary>
public sealed record ProofBundle
{
    /// <summary>What <see cref="Format"/> is.</summary>
    public const string Spec = "auditstream-proof/1";

    private static readonly JsonSerializerOptions form = new() { WriteIndented = true, NewLine = "\n", UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The form: <see cref="Spec"/>.</summary>
    [JsonPropertyName("spec")]
    public required string Format { get; init; }

    /// <summary>The event.</summary>
    [JsonPropertyName("event_id")]
    public required Guid EventId { get; init; }

    /// <summary>Its bytes.</summary>
    [JsonPropertyName("body")]
    public required byte[] Body { get; init; }

    /// <summary>Its place among the leaves of its block, from 0.</summary>
    [JsonPropertyName("leaf_index")]
    public required int LeafIndex { get; init; }

    /// <summary>The hashes that lead from its leaf to the block's root, in hex.</summary>
    [JsonPropertyName("path")]
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>The texts of its block and of those behind it, up to the one that the checkpoint names.</summary>
    [JsonPropertyName("blocks")]
    public required IReadOnlyList<string> Blocks { get; init; }

    /// <summary>The signed note.</summary>
    [JsonPropertyName("checkpoint")]
    public required string Checkpoint { get; init; }

    /// <summary>The public key that is said to have signed it, DER SubjectPublicKeyInfo. Who checks compares it with what they trust.</summary>
    [JsonPropertyName("public_key")]
    public required byte[] PublicKey { get; init; }

    /// <summary>The key's fingerprint.</summary>
    [JsonPropertyName("public_key_fingerprint")]
    public required string Fingerprint { get; init; }

    /// <summary>The bundle as it is written to a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, form) + "\n";

    /// <summary>Reads a bundle; null when it is none.</summary>
    public static ProofBundle? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ProofBundle>(json, form);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Checks everything but whether the key is to be trusted.</summary>
    /// <returns>What is wrong, as a sentence; null: nothing is.</returns>
    public string? Problem()
    {
        if (Format != Spec)
            return $"It is no {Spec}.";
        var headers = Blocks.Select(BlockHeader.Parse).OfType<BlockHeader>().ToList();
        if (headers.Count == 0 || headers.Count != Blocks.Count)
            return "A block's text cannot be read.";
        if (!HasEventId())
            return "The body is not an event of this id.";
        var leaf = new byte[MerkleTree.HashBytes];
        new LeafHash().OfEvent(Body, leaf);
        if (Decoded() is not { } path || MerkleTree.RootOf(leaf, LeafIndex, headers[0].Rows, path) is not { } root
            || !root.AsSpan().SequenceEqual(headers[0].MerkleRoot))
            return "The body and its path do not lead to the block's root.";
        for (var index = 1; index < headers.Count; index++)
        {
            if (headers[index].Shard != headers[0].Shard || headers[index].Number != headers[index - 1].Number + 1
                || !headers[index].PreviousHash.AsSpan().SequenceEqual(headers[index - 1].Hash()))
                return FormattableString.Invariant($"Block {headers[index].Number} does not follow the block before it.");
        }
        if (SignedNote.Parse(Checkpoint) is not { } note || Chain.Checkpoint.Parse(note.Text) is not { } checkpoint)
            return "The checkpoint cannot be read.";
        var last = headers[^1];
        if (!checkpoint.Heads.Any(head => head.Shard == last.Shard && head.Number == last.Number && head.Hash.AsSpan().SequenceEqual(last.Hash())))
            return "The checkpoint does not name the last block.";
        if (Fingerprint != SignedNote.Fingerprint(PublicKey))
            return "The fingerprint is not the public key's.";
        return note.IsSignedBy(PublicKey) ? null : "The checkpoint is not signed by the public key.";
    }

    private bool HasEventId()
    {
        try
        {
            return new Sink.EventBodyReader(fingerprint: "").Read(Body).EventId == EventId;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private List<byte[]>? Decoded()
    {
        try
        {
            return [.. Path.Select(Convert.FromHexString)];
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
