using System.Security.Cryptography;

namespace AuditStream.Core.Identity;

/// <summary>The secret that every event id, fact hash and keyed hash is made under. Its loss or its exchange changes every id.</summary>
/// <remarks>Never shown: <see cref="ToString"/> and every message name the <see cref="Fingerprint"/> only.</remarks>
public sealed class IdentityKey
{
    /// <summary>The least number of bytes of a key.</summary>
    public const int MinimumBytes = 32;

    /// <summary>The greatest number of bytes of a key.</summary>
    public const int MaximumBytes = 1024;

    /// <summary>The number of characters of a fingerprint.</summary>
    public const int FingerprintCharacters = 16;

    private readonly byte[] key;

    /// <summary>Takes a copy of the key's bytes.</summary>
    /// <exception cref="ArgumentException">The key has fewer than <see cref="MinimumBytes"/> or more than <see cref="MaximumBytes"/>
    /// bytes.</exception>
    public IdentityKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is < MinimumBytes or > MaximumBytes)
            throw new ArgumentException($"An identity key has {MinimumBytes} to {MaximumBytes} bytes; this one has {key.Length}.", nameof(key));
        this.key = key.ToArray();
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(this.key, "auditstream identity key"u8, hash);
        Fingerprint = Convert.ToHexStringLower(hash[..(FingerprintCharacters / 2)]);
    }

    /// <summary>What names the key without telling it: the first 8 bytes of HMAC-SHA-256(key, "auditstream identity key"), in 16
    /// lower-case hex digits.</summary>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public override string ToString() => $"identity key {Fingerprint}";

    /// <summary>Starts HMAC-SHA-256 under the key.</summary>
    internal IncrementalHash CreateHmac() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
}
