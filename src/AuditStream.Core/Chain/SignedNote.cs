using System.Security.Cryptography;
using System.Text;

namespace AuditStream.Core.Chain;

/// <summary>A text with signatures behind it, in the form that transparency logs use for their notes.</summary>
/// <remarks>
/// <code>
/// text, which ends with a line feed
/// an empty line
/// per signature: "— " name " " base64(first 4 bytes of the SHA-256 of the public key ‖ signature)
/// </code>
/// Public keys are DER SubjectPublicKeyInfo of P-256; signatures are ECDSA with SHA-256 over the text, in DER.
/// </remarks>
/// <param name="Text">What is signed.</param>
/// <param name="Signatures">Each with the first 4 bytes of its key's fingerprint.</param>
public sealed record SignedNote(string Text, IReadOnlyList<(byte[] KeyId, byte[] Signature)> Signatures)
{
    private const string SignatureStart = "— ";
    private const int KeyIdBytes = 4;

    /// <summary>The SHA-256 of a public key in lower-case hex: how people tell keys apart.</summary>
    public static string Fingerprint(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    /// <summary>Signs a text.</summary>
    /// <param name="text">Ends with a line feed, has no empty line.</param>
    /// <param name="name">Who signs, without spaces.</param>
    /// <param name="signer">The key.</param>
    /// <returns>The whole note.</returns>
    public static string Sign(string text, string name, ICheckpointSigner signer)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] signature = [.. SHA256.HashData(signer.PublicKey).AsSpan(0, KeyIdBytes), .. signer.Sign(bytes)];
        return $"{text}\n{SignatureStart}{name} {Convert.ToBase64String(signature)}\n";
    }

    /// <summary>Reads a note; null when it is none.</summary>
    public static SignedNote? Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n'))
            return null;
        var signatures = new List<(byte[], byte[])>();
        foreach (var line in note[(end + 2)..^1].Split('\n'))
        {
            var parts = line.Split(' ');
            if (parts.Length != 3 || !line.StartsWith(SignatureStart, StringComparison.Ordinal))
                return null;
            var bytes = new byte[parts[2].Length];
            if (!Convert.TryFromBase64String(parts[2], bytes, out var length) || length <= KeyIdBytes)
                return null;
            signatures.Add((bytes[..KeyIdBytes], bytes[KeyIdBytes..length]));
        }
        return new SignedNote(note[..(end + 1)], signatures);
    }

    /// <summary>Whether one of the signatures is of this key, and right.</summary>
    public bool IsSignedBy(byte[] publicKey)
    {
        var id = SHA256.HashData(publicKey)[..KeyIdBytes];
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
        }
        catch (CryptographicException)
        {
            return false; // what is no key has signed nothing
        }
        return Signatures.Any(signature => signature.KeyId.AsSpan().SequenceEqual(id)
            && key.VerifyData(Encoding.UTF8.GetBytes(Text), signature.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
